/** A systemd unit, as far as a test has to know what stands in it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function unitPath(leaf: string): string {
  return fileURLToPath(new URL(`../../deploy/systemd/${leaf}`, import.meta.url));
}

export function unitText(leaf: string): string {
  return readFileSync(unitPath(leaf), 'utf8');
}

/** Every value of a key, in order; words of one that is a list. */
export function valuesOf(text: string, key: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

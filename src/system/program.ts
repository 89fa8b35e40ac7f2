/** What this program is and where it runs, for the header of a report. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export function hostName(): string {
  return hostname();
}

/** The version in package.json, which lies two levels above both src/system and dist/system. */
export function programVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed
    ? String(parsed.version)
    : 'unknown';
}

/** What Cyrus's own tools say about the spools of a lab. Their exit status is 0 whatever they find (3.6.1). */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Instance } from './instance.ts';
import type { Message } from './plants.ts';
import { mustRunCyrus } from './run-program.ts';
import { changedFiles, spoolListing } from './spool-listing.ts';

export const cyrusTools = [
  'reconstruct -n',
  'reconstruct -n -G',
  'mbexamine -q',
  'mbexamine -c',
  'chk_cyrus',
] as const;
export type CyrusTool = (typeof cyrusTools)[number];

/** Every mailbox, in the words of unixhierarchysep; chk_cyrus takes a partition, and all when none is given. */
const everything = ['user/*', 'DELETED/*'];

export interface CyrusAnswer {
  /** That it finds fault with, in its order. */
  readonly messages: readonly Message[];
  /** Files of the spool that it removed or wrote while it looked. */
  readonly changed: readonly string[];
}

/** The instance must have ended. */
export async function askCyrus(
  instance: Instance,
): Promise<Readonly<Record<CyrusTool, CyrusAnswer>>> {
  const before = spoolListing(instance);
  const ask = async (tool: CyrusTool): Promise<CyrusAnswer> => {
    const [program = '', ...options] = tool.split(' ');
    const mailboxes = program === 'chk_cyrus' ? [] : everything;
    return await onCopy(instance, async (copy) => {
      const told = await mustRunCyrus(program, [
        ...['-C', `${copy}/imapd.conf`],
        ...options,
        ...mailboxes,
      ]);
      return {
        messages: program === 'mbexamine' ? readExamination(told) : readReconstruction(told),
        changed: changedFiles(before, spoolListing(instance, copy)),
      };
    });
  };
  return {
    'reconstruct -n': await ask('reconstruct -n'),
    'reconstruct -n -G': await ask('reconstruct -n -G'),
    'mbexamine -q': await ask('mbexamine -q'),
    'mbexamine -c': await ask('mbexamine -c'),
    chk_cyrus: await ask('chk_cyrus'),
  };
}

/**
 * What reconstruct -n -G would do, line by line, with the names of the mailboxes that it went through. The instance
 * may run as long as nothing is written to it.
 */
export async function askReconstruct(instance: Instance): Promise<readonly string[]> {
  return await onCopy(instance, async (copy) => {
    const args = ['-C', `${copy}/imapd.conf`, '-n', '-G', ...everything];
    return (await mustRunCyrus('reconstruct', args)).split('\n');
  });
}

/**
 * Every tool gets a copy of its own, since none of them only reads: whoever opens a mailbox finishes the purge that
 * was killed in it, deletes the file of the UNLINKED record and writes index and cache anew (3.6.1).
 */
async function onCopy<T>(instance: Instance, ask: (copy: string) => Promise<T>): Promise<T> {
  const copy = `${instance.home}-copy`;
  // GNU cp keeps hard links; cpSync of node makes two files of them.
  const copied = spawnSync('cp', ['-a', instance.home, copy], { encoding: 'utf8' });
  if (copied.status !== 0) throw new Error(`cp -a: ${copied.stderr}`);
  try {
    const configFile = `${copy}/imapd.conf`;
    const text = readFileSync(configFile, 'utf8');
    writeFileSync(configFile, text.replaceAll(`${instance.home}/`, `${copy}/`));
    return await ask(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** `user.bob uid 2 guid mismatch`, `user.bob uid 3 not found`; a mailbox that was gone through stands alone. */
export function readReconstruction(told: string): readonly Message[] {
  return [...told.matchAll(/^(.*) uid (\d+) (?:guid mismatch|not found)/gm)].map(
    ([, mailbox = '', uid]) => ({ mailbox, messageUid: Number(uid) }),
  );
}

/** Of -q and of -c; both name mailboxes as their users see them. */
export function readExamination(told: string): readonly Message[] {
  const found: Message[] = [];
  for (const part of told.split(/^Examining /m).slice(1)) {
    const mailbox = internalName(part.slice(0, part.indexOf('...')));
    const uids = part.matchAll(/^ {2}UID: (\d+)|Message (\d+) has INCORRECT size/gm);
    for (const [, compared, sized] of uids) {
      found.push({ mailbox, messageUid: Number(compared ?? sized) });
    }
  }
  return found;
}

/** No name in the lab has a dot of its own. */
function internalName(external: string): string {
  const [local = '', domain] = external.split('@');
  return `${domain === undefined ? '' : `${domain}!`}${local.replaceAll('/', '.')}`;
}

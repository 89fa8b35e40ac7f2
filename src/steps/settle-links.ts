/**
 * Names without a record, and mailboxes whose index was not read whole, looked at again before they are told. On a
 * spool in use a message that is expunged loses its record a moment before its name, and a new one gets it a moment
 * after. Wrong bytes are wrong at every look: nothing makes a digest differ for a moment.
 */
import type { Finding, FindingCode } from '../model/finding.ts';
import { inodeKey, sameInode } from '../model/inode.ts';
import { linkPath, type Link } from '../model/link.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Files, Os } from '../system/os.ts';
import type { JudgedLinks, Trial } from './judge-links.ts';
import type { MailboxReader } from './mailbox-reader.ts';
import { lookUntilSettled, type Patience } from './patience.ts';

export interface Settling {
  readonly patience: Patience;
  /** Told before each look, with the number of inodes. */
  readonly looking: (inodes: number) => void;
}

/**
 * @param reader  what it found of indexes that were torn for a moment is taken out of its findings
 * @param told    how many findings the reader had before the trials were judged
 * @param judge   as `first` was made
 */
export async function settleLinks(
  os: Os,
  reader: MailboxReader,
  told: number,
  trials: readonly Trial[],
  first: JudgedLinks,
  judge: (trials: readonly Trial[]) => Promise<JudgedLinks>,
  { patience, looking }: Settling,
): Promise<JudgedLinks> {
  const links = [...first.links];
  let { findings, damaged } = first;
  const doubtful = (among: readonly number[]): number[] => {
    const isTorn = [...reader.findings.slice(told), ...findings].some(isOfTornIndex);
    return among.filter((index) => links[index]?.some((link) => isDoubtful(link, isTorn)) === true);
  };
  const look = async (left: readonly number[]): Promise<readonly number[]> => {
    const again = left.flatMap((index) => trials[index] ?? []);
    const paths = new Set(again.flatMap((trial) => trial.links.map(linkPath)));
    const inodes = new Set(again.map(({ stat }) => inodeKey(stat)));
    withdraw(reader, told);
    const judged = await judge(again);
    const leaving = new Set<string>();
    left.forEach((index, position) => {
      links[index] = (judged.links[position] ?? []).map((link) => {
        if (!isUnindexed(link) || isStill(os.files, link, trials[index])) return link;
        leaving.add(linkPath(link));
        return { ...link, status: 'unverifiable' as const, codes: link.codes.filter(isOther) };
      });
    });
    findings = [
      ...findings.filter(({ code, path }) => code !== 'index-corrupt' && !paths.has(path)),
      // Of the mailboxes themselves the first judgement told the rest.
      ...judged.findings.filter(({ code, path }) =>
        paths.has(path) ? isOther(code) || !leaving.has(path) : code === 'index-corrupt',
      ),
    ];
    damaged = [...damaged.filter(({ file }) => !inodes.has(inodeKey(file))), ...judged.damaged];
    return doubtful(left);
  };
  await lookUntilSettled(os.clock, patience, doubtful([...trials.keys()]), look, looking);
  return { links, findings, damaged };
}

function isOther(code: FindingCode): boolean {
  return code !== 'message-unindexed';
}

function isUnindexed({ codes }: Link): boolean {
  return codes.includes('message-unindexed');
}

/**
 * After a torn index every message is looked at again, not those of its mailbox: a name in a header can be stale, and a
 * finding that is withdrawn and not looked for again would be lost.
 */
function isDoubtful(link: Link, isTorn: boolean): boolean {
  return isUnindexed(link) || (isTorn && link.messageUid !== undefined);
}

function isOfTornIndex({ code }: Finding): boolean {
  return code === 'index-corrupt';
}

/** What the reader could not open is told anew by the next look, if it still is so. */
function withdraw(reader: MailboxReader, told: number): void {
  const since = reader.findings.splice(told);
  reader.findings.push(...since.filter(({ code }) => code !== 'index-corrupt'));
}

/** Is it still a name of the inode? One that went meanwhile is no message without a record. */
function isStill(files: Files, link: Link, trial: Trial | undefined): boolean {
  const stat = files.lstat(linkPath(link));
  return trial !== undefined && !isTrouble(stat) && sameInode(stat, trial.stat);
}

/**
 * Sizes that differ, proved before they are told: an index of 2.5 or older has another size for malformed mail, and a
 * gate that cries for those would soon be ignored. Suspects are few, so they are read.
 */
import { linkPath } from '../model/link.ts';
import { isTrouble } from '../model/trouble.ts';
import type { DigestRequest, Os } from '../system/os.ts';
import { judgeLinks, type JudgedLinks, type Trial } from './judge-links.ts';
import type { MailboxReader } from './mailbox-reader.ts';

/** @param bySize  what the sizes said of the trials, in their order */
export async function confirmLinks(
  os: Os,
  reader: MailboxReader,
  trials: readonly Trial[],
  bySize: JudgedLinks,
): Promise<JudgedLinks> {
  const suspects = trials.flatMap((trial, index) =>
    bySize.links[index]?.some(({ status }) => status === 'damaged') === true
      ? [{ trial, index }]
      : [],
  );
  if (suspects.length === 0) return bySize;
  const digests = await digestsOf(
    os,
    suspects.map(({ trial }) => trial),
  );
  // What could not be read stays as its size has it.
  const read = suspects.flatMap(({ trial, index }, position) => {
    const sha1 = digests.get(position);
    return sha1 === undefined ? [] : [{ index, trial: { ...trial, sha1 } }];
  });
  const proved = await judgeLinks(
    os,
    reader,
    read.map(({ trial }) => trial),
  );
  const links = [...bySize.links];
  read.forEach(({ index }, position) => {
    links[index] = proved.links[position] ?? links[index] ?? [];
  });
  const paths = new Set(read.flatMap(({ trial }) => trial.links.map(linkPath)));
  return {
    links,
    // Of the mailboxes themselves the first judgement told.
    findings: [
      ...bySize.findings.filter(({ path }) => !paths.has(path)),
      ...proved.findings.filter(({ path }) => paths.has(path)),
    ],
    damaged: proved.damaged,
  };
}

async function digestsOf(os: Os, trials: readonly Trial[]): Promise<Map<number, string>> {
  const digests = new Map<number, string>();
  const requests = trials.flatMap(
    (
      { stat, links },
      position,
    ): (DigestRequest & {
      readonly position: number;
    })[] => {
      const [link] = links;
      return link === undefined ? [] : [{ path: linkPath(link), expected: stat, position }];
    },
  );
  await os.digest.sha1(requests, (at, sha1) => {
    const position = requests[at]?.position;
    if (position !== undefined && !isTrouble(sha1)) digests.set(position, sha1);
  });
  return digests;
}

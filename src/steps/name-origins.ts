/** Whose bytes are these: donors and good copies of damaged messages, and where last names are kept once more. */
import type { Finding, MessageRef } from '../model/finding.ts';
import { goodCopyOf } from '../decide/search-copies.ts';
import type { LinkAccount } from '../model/link.ts';
import type { Partition, Root } from '../model/partition.ts';
import type { StageContents } from '../model/stage-contents.ts';
import type { StageFile } from '../model/stage.ts';
import type { Trouble } from '../model/trouble.ts';
import type { Os } from '../system/os.ts';
import type { JudgedAccounts } from './judge-accounts.ts';
import { searchRecords } from './search-records.ts';
import { StageCopies } from './stage-copies.ts';

export interface Unnamed {
  readonly stageFiles: readonly StageFile[];
  readonly contents: StageContents;
  readonly accountOf: (file: StageFile) => LinkAccount;
  readonly judged: JudgedAccounts;
}

export interface NamedOrigins {
  /** Those of the judgement, with donors and good copies. */
  readonly findings: readonly Finding[];
  /** By position of the stage file: messages with the same bytes. */
  readonly redundantWith: ReadonlyMap<number, readonly MessageRef[]>;
  readonly troubles: readonly Trouble[];
}

export async function nameOrigins(
  os: Os,
  roots: readonly Root[],
  partitions: readonly Partition[],
  { stageFiles, contents, accountOf, judged }: Unnamed,
): Promise<NamedOrigins> {
  const lone = stageFiles.flatMap((file, index) => {
    const sha1 = contents.of(index)?.sha1;
    // An empty file is no message, and every empty file would be its copy.
    if (sha1 === undefined || file.stat.sizeBytes === 0) return [];
    return accountOf(file).links.some((link) => link.messageUid !== undefined)
      ? []
      : [{ index, sha1, stat: file.stat }];
  });
  const { donors, copies, troubles } = await searchRecords(
    os,
    roots,
    partitions,
    judged.damaged,
    lone,
  );
  const matches = new Map(
    donors.map((match) => [keyOf(match.damaged, match.damaged.record), match]),
  );
  const staged = new StageCopies(judged.damaged);
  if (judged.damaged.length > 0) {
    stageFiles.forEach((file, index) => {
      const sha1 = contents.of(index)?.sha1;
      if (sha1 !== undefined) staged.add(file, sha1);
    });
  }
  const findings = judged.findings.map((finding): Finding => {
    const match = matches.get(keyOf(finding, finding));
    const donor = finding.donor ?? match?.donor;
    const [copy] = match?.goodCopies ?? [];
    const goodCopy = copy === undefined ? match && staged.of(match.damaged) : goodCopyOf(copy);
    return {
      ...finding,
      ...(donor === undefined ? {} : { donor }),
      ...(goodCopy === undefined ? {} : { goodCopy }),
    };
  });
  const redundantWith = new Map(
    lone.map(({ index }, position) => [
      index,
      (copies[position] ?? []).map(({ mailbox, messageUid }) => ({ mailbox, messageUid })),
    ]),
  );
  return { findings, redundantWith, troubles };
}

/** Where nobody searched for them. */
export function unnamedOrigins({ findings }: JudgedAccounts): NamedOrigins {
  return { findings, redundantWith: new Map(), troubles: [] };
}

function keyOf(
  { mailbox }: { readonly mailbox?: string },
  { messageUid }: { readonly messageUid?: number },
): string {
  return `${mailbox ?? ''}\0${messageUid ?? ''}`;
}

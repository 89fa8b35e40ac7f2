/** What to do, and what never to do, when messages hold wrong bytes. Sources: runs of real 2.3, 2.4 and 3.6 servers. */
import { asBytes, join, leafOf, parentOf, type BytePath } from '../model/byte-path.ts';
import { severityOf, type Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { auditArguments, manifestArguments } from './command-line.ts';
import { mailboxWord, separatorWords } from './mailbox-argument.ts';
import { shellQuote } from './quote.ts';

export interface NextStep {
  readonly text: string;
  /** Words of a command, quoted. */
  readonly command?: readonly string[];
  /** Lines for a shell, which are never broken: a path that is cut is another path. */
  readonly shell?: readonly string[];
}

/**
 * The order is the order of doing: evidence, then what destroys it, then the other end, then repair.
 *
 * @param same  partitions and options of this run, as shell words
 */
export function damageSteps(
  report: Report,
  name: 'scan' | 'audit',
  same: readonly string[],
): NextStep[] {
  const damaged = exampleOf(report);
  const steps: NextStep[] = [
    {
      text: 'Save this report before anything else touches the spool: the links are the evidence.',
      command: ['stagesweep', name, '--json', '-o', 'stagesweep-report.json', ...same],
    },
    {
      text: 'Save what the records claim as well, with the GUIDs, on both ends of the replication, and compare them:',
      command: [
        'stagesweep',
        'manifest',
        '-o',
        'stagesweep-manifest.jsonl',
        ...manifestArguments(report.header.command, name),
      ],
    },
    {
      text: 'Do not run reconstruct -R or -U, nor on Cyrus 2.3 any reconstruct, before that comparison: it makes the records agree with the wrong bytes, and the next sync then expunges the good copy on the master.',
    },
  ];
  if (damaged === undefined) return steps;
  steps.push({
    text: `To repair, write the right bytes${
      damaged.goodCopy === undefined ? ' (THE-RIGHT-BYTES, from the master or a backup)' : ''
    } to a new file beside the message and rename it over the name, as the user who owns the spool. Writing into the file itself would go through the inode into every other name of it. For example:`,
    shell: repairLines(report, damaged),
  });
  const { mailbox } = damaged;
  if (mailbox === undefined) return steps;
  const isUnix = report.site?.unixHierarchySep ?? report.audit?.unixHierarchySep;
  steps.push(
    { text: separatorWords(mailbox, isUnix) },
    {
      text: 'Then look again, with this program: reconstruct -n is not read-only everywhere, since on Cyrus 2.4 it removes the files of unlinked records.',
      command: [
        'stagesweep',
        'audit',
        '--mailbox',
        mailboxWord(mailbox),
        ...auditArguments(report.header.command, name, 'of one mailbox'),
      ],
    },
  );
  return steps;
}

/** One that shows how it is done best: with a good copy, if there is any. */
function exampleOf(report: Report): Finding | undefined {
  const isMessage = ({ code, messageUid }: Finding): boolean =>
    severityOf(code) === 'critical' && messageUid !== undefined;
  return (
    report.findings.find((finding) => isMessage(finding) && finding.goodCopy !== undefined) ??
    report.findings.find(isMessage)
  );
}

function repairLines(report: Report, { path, goodCopy }: Finding): string[] {
  const fresh = join(parentOf(path), `${leafOf(path)}stagesweep-new`);
  const source: BytePath = goodCopy?.path ?? asBytes('THE-RIGHT-BYTES');
  const owner = report.site?.ownerUid;
  const as = `sudo -u ${owner === undefined ? 'cyrus' : `'#${owner}'`}`;
  return [
    `${as} cp -p -- ${shellQuote(source)} ${shellQuote(fresh)}`,
    `sha1sum -- ${shellQuote(fresh)}    # must be the GUID, where the record has one`,
    `${as} mv -f -- ${shellQuote(fresh)} ${shellQuote(path)}`,
  ];
}

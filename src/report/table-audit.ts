/** The damaged messages of an audit: whose message, whose bytes, who saw them, and where the right ones are. */
import { compareBytes, type BytePath } from '../model/byte-path.ts';
import { severityOf, type Finding } from '../model/finding.ts';
import type { AuditScope, MessageTotals, Report } from '../model/report.ts';
import { paint, toned } from './paint.ts';
import { printable, quote, quoteMailbox } from './quote.ts';
import { bytes, count, many } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { messageName } from './sentences.ts';
import { wrap } from './wrap.ts';

const messageLimit = 50;

/** The answer, in one paragraph. */
export function auditAnswer(
  messages: MessageTotals,
  { check, mailboxes, bytesRead }: AuditScope,
): string {
  const looked = `${many(messages.checked, 'message')} in ${many(mailboxes, 'mailbox', 'mailboxes')} ${levelWords[check]}`;
  const read = bytesRead > 0 ? `, ${bytes(bytesRead)} read` : '';
  const sums = [
    `${count(messages.intact)} intact`,
    `${count(messages.damaged)} damaged`,
    `${count(messages.unverifiable)} unverifiable`,
  ].join(', ');
  const unindexed =
    messages.unindexed === 0
      ? ''
      : ` ${many(messages.unindexed, 'message file has', 'message files have')} no record.`;
  return `${looked}${read}: ${sums}.${unindexed}`;
}

const levelWords = {
  exists: 'looked for',
  size: 'compared by size',
  digest: 'compared by digest, or by the cached envelope where the record has none',
} as const;

interface DamagedMessage {
  readonly path: BytePath;
  readonly findings: readonly [Finding, ...Finding[]];
}

export function* damagedLines(report: Report, options: RenderOptions): Generator<string> {
  const messages = damagedMessages(report);
  if (messages.length === 0) return;
  yield '';
  yield paint(toned('Damaged messages', 'title'), options.color);
  const shown = options.verbose > 0 ? messages : messages.slice(0, messageLimit);
  let mailbox: string | undefined;
  for (const message of shown) {
    const [first] = message.findings;
    if (first.mailbox !== mailbox) {
      ({ mailbox } = first);
      const name = mailbox === undefined ? 'no mailbox' : quoteMailbox(mailbox);
      yield* wrap(name, options.columns, '  ', '    ');
    }
    yield* messageLines(message, options);
  }
  const left = messages.length - shown.length;
  if (left > 0) yield `  … and ${many(left, 'more damaged message')} (-v shows all)`;
}

/** Findings of one message together, by mailbox and uid. */
function damagedMessages(report: Report): DamagedMessage[] {
  const byPath = new Map<BytePath, [Finding, ...Finding[]]>();
  for (const finding of report.findings) {
    if (severityOf(finding.code) !== 'critical') continue;
    const known = byPath.get(finding.path);
    if (known === undefined) byPath.set(finding.path, [finding]);
    else known.push(finding);
  }
  return [...byPath]
    .map(([path, findings]) => ({ path, findings }))
    .sort(
      ({ findings: [a] }, { findings: [b] }) =>
        compareBytes(a.mailbox ?? '', b.mailbox ?? '') || (a.messageUid ?? 0) - (b.messageUid ?? 0),
    );
}

function* messageLines(
  { path, findings }: DamagedMessage,
  options: RenderOptions,
): Generator<string> {
  const [first] = findings;
  const { mailbox, messageUid, donor, goodCopy, detail } = first;
  const columns = options.columns;
  yield* wrap(`uid ${messageUid ?? '?'}  ${quote(path)}`, columns, '    ', '      ');
  const codes = findings.map(({ code }) => code).join(', ');
  for (const line of wrap(codes, columns, '      ', '      ')) {
    yield paint(toned(line, 'bad'), options.color);
  }
  if (detail !== undefined) yield* wrap(printable(detail), columns, '      ');
  if (donor !== undefined) {
    const whose = messageName(donor);
    const who =
      mailbox === undefined || mailbox === donor.mailbox
        ? ''
        : `: whoever reads ${quoteMailbox(mailbox)} could see it`;
    yield* wrap(`its bytes are ${whose}${who}`, columns, '      ');
  }
  if (goodCopy !== undefined) {
    const { path: where, message } = goodCopy;
    yield* wrap(
      `good copy: ${quote(where)} (${message === undefined ? 'a stage file' : messageName(message)}), whole by its SHA-1`,
      columns,
      '      ',
    );
  }
}

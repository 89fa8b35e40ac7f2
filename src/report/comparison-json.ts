/**
 * A comparison as `stagesweep.report/1`, in JSON and JSONL.
 *
 * Written while it is made: whether it is complete is known after the last difference, so `complete` and the counts
 * stand behind the findings.
 */
import type { Comparison, ComparisonHeader, Difference, EndSummary } from '../model/comparison.ts';
import { severityOf } from '../model/finding.ts';
import type { ManifestMessage } from '../model/manifest.ts';
import { ComparisonAdvice } from './comparison-advice.ts';
import { mailboxFields, pathFields, schema, type Fields } from './json-fields.ts';
import { isoTime } from './quantities.ts';
import { safeJson } from './safe-json.ts';

export type ComparisonRenderer = (
  header: ComparisonHeader,
  differences: AsyncIterable<Difference>,
  outcome: () => ComparisonEnd,
) => AsyncIterable<string>;

export interface ComparisonEnd extends Comparison {
  readonly finishedNs: bigint;
}

export async function* renderComparisonJson(
  ...[header, differences, outcome]: Parameters<ComparisonRenderer>
): AsyncGenerator<string> {
  yield safeJson(headerFields(header)).slice(0, -1);
  yield ',\n"findings":[';
  let separator = '\n';
  const advice = new ComparisonAdvice(header);
  for await (const difference of differences) {
    advice.see(difference);
    yield separator + safeJson(differenceFields(difference));
    separator = ',\n';
  }
  yield `],\n${safeJson(outcomeFields(outcome(), advice)).slice(1)}\n`;
}

/** "header", then every "finding", and "totals" last, with what JSON has behind the findings. */
export async function* renderComparisonJsonl(
  ...[header, differences, outcome]: Parameters<ComparisonRenderer>
): AsyncGenerator<string> {
  yield line('header', headerFields(header));
  const advice = new ComparisonAdvice(header);
  for await (const difference of differences) {
    advice.see(difference);
    yield line('finding', differenceFields(difference));
  }
  const { totals, ...rest } = outcomeFields(outcome(), advice);
  yield line('totals', { ...totals, ...rest });
}

function line(type: string, fields: Fields): string {
  return `${safeJson({ type, ...fields })}\n`;
}

function headerFields(header: ComparisonHeader): Fields {
  return {
    schema,
    tool: { name: 'stagesweep', version: header.version },
    host: header.host,
    command: header.command,
    startedAt: isoTime(header.startedNs),
    ends: { a: endFields(header.a), b: endFields(header.b) },
    retry: header.retry && { a: endFields(header.retry.a), b: endFields(header.retry.b) },
  };
}

/** Which manifest it is; how much was read of it is told behind the findings. */
function endFields({ file, host, version, startedAt }: EndSummary): Fields {
  return { file, host, version, startedAt };
}

function differenceFields(difference: Difference): Fields {
  const { code, path, a, b } = difference;
  return {
    code,
    severity: severityOf(code),
    ...(path === undefined ? {} : pathFields(path)),
    ...mailboxFields(difference.mailbox),
    uniqueId: difference.uniqueId,
    messageUid: difference.messageUid,
    messages: difference.messages,
    damagedEnd: difference.damagedEnd,
    a: a && messageFields(a),
    b: b && messageFields(b),
    detail: difference.detail,
  };
}

function messageFields(message: ManifestMessage): Fields {
  return {
    recordSize: message.recordSize,
    recordGuid: message.recordGuid,
    size: message.size,
    sha1: message.sha1,
    expunged: message.isExpunged || undefined,
    missing: message.isMissing || undefined,
    errno: message.errno,
  };
}

function outcomeFields(
  end: ComparisonEnd,
  { steps }: ComparisonAdvice,
): Fields & { readonly totals: Fields } {
  const { a, b, retry } = end;
  return {
    finishedAt: isoTime(end.finishedNs),
    complete: end.complete,
    read: {
      a: readFields(a),
      b: readFields(b),
      retry: retry && { a: readFields(retry.a), b: readFields(retry.b) },
    },
    notes: end.notes,
    advice: steps.length === 0 ? undefined : steps,
    totals: { ...end.totals },
  };
}

function readFields(end: EndSummary): Fields {
  const { finishedAt, mailboxes, messages, complete, incompleteBecause } = end;
  return { finishedAt, mailboxes, messages, complete, incompleteBecause };
}

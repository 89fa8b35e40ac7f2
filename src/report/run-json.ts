/** Undo, purge and history as one JSON document each, with the envelope of a report (contract.md). */
import type { ReportHeader } from '../model/report.ts';
import type { RunOutcome, RunStep, RunSummary } from '../model/run.ts';
import type { HistoryReport, RunReport } from '../model/run-report.ts';
import { pathFields, schema, type Fields } from './json-fields.ts';
import { isoTime } from './quantities.ts';
import { safeJson } from './safe-json.ts';

export function* renderRunJson(report: RunReport): Generator<string> {
  const isComplete =
    report.refusal === undefined &&
    report.outcomes.every(({ refusals, steps, isInterrupted }) => {
      const isWhole = steps.every(({ outcome }) => !['held', 'cannot', 'failed'].includes(outcome));
      return refusals.length === 0 && !isInterrupted && isWhole;
    });
  const fields: Fields = {
    ...envelope(report.header, isComplete),
    run: report.outcomes[0]?.run,
    applied: report.isApplied,
    refusal: report.refusal,
    roots: report.outcomes.map(rootFields),
  };
  yield safeJson(fields).slice(0, -1);
  yield ',\n"steps":[';
  let separator = '\n';
  for (const { steps } of report.outcomes) {
    for (const step of steps) {
      yield separator + safeJson(stepFields(step));
      separator = ',\n';
    }
  }
  yield ']}\n';
}

export function* renderHistoryJson(report: HistoryReport): Generator<string> {
  const { header, runs, refusals } = report;
  const isComplete = refusals.length === 0 && runs.every(({ state }) => state !== 'unreadable');
  yield safeJson({ ...envelope(header, isComplete), refusals }).slice(0, -1);
  yield ',\n"runs":[';
  yield runs.map((run) => `\n${safeJson(summaryFields(run))}`).join(',');
  yield ']}\n';
}

function envelope(header: ReportHeader, complete: boolean): Fields {
  return {
    schema,
    tool: { name: 'stagesweep', version: header.version },
    host: header.host,
    command: header.command,
    startedAt: isoTime(header.startedNs),
    finishedAt: isoTime(header.finishedNs),
    complete,
  };
}

function rootFields({ root, heldFiles, refusals, isInterrupted }: RunOutcome): Fields {
  return { ...pathFields(root), heldFiles, interrupted: isInterrupted, refusals };
}

function stepFields(step: RunStep): Fields {
  return {
    ...pathFields(step.path),
    action: step.action,
    outcome: step.outcome,
    detail: step.detail,
    stagePath: step.stagePath === undefined ? undefined : pathFields(step.stagePath)['path'],
    last: step.isLast,
    size: step.sizeBytes,
  };
}

function summaryFields(run: RunSummary): Fields {
  const { path, pathBase64 } = pathFields(run.run);
  return {
    run: path,
    runBase64: pathBase64,
    partition: run.partition,
    root: pathFields(run.root)['path'],
    rootBase64: pathFields(run.root)['pathBase64'],
    state: run.state,
    detail: run.detail,
    startedAt: run.startedNs === undefined ? undefined : isoTime(run.startedNs),
    endedAt: run.endedNs === undefined ? undefined : isoTime(run.endedNs),
    counts: run.counts,
    heldFiles: run.heldFiles,
    heldBytes: run.heldBytes,
  };
}

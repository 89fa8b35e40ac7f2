/** stagesweep undo and stagesweep purge: what would be done, and with --apply that. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { spoolOwner } from '../decide/refuse-clean.ts';
import { runStatus } from '../decide/run-status.ts';
import { asBytes, bytePath, leafOf, utf8Of } from '../model/byte-path.ts';
import type { OwnerState } from '../model/owner.ts';
import type { Root } from '../model/partition.ts';
import type { RunOutcome } from '../model/run.ts';
import type { RunReport } from '../model/run-report.ts';
import type { RunPlace, RunRequest, RunVerb } from '../model/run-talk.ts';
import { renderRunJson } from '../report/run-json.ts';
import { renderRunTable, runQuestion, wouldDo } from '../report/run-table.ts';
import { findRoots } from '../steps/find-roots.ts';
import { findRuns, ownerPidsOf, typedRunRoot } from '../steps/find-runs.ts';
import { guardOffline } from '../steps/guard-offline.ts';
import { hostConfigurations } from '../steps/host-configurations.ts';
import { loadSpools } from '../steps/load-config.ts';
import { ownerStates } from '../steps/owner-states.ts';
import { surveyRoots } from '../steps/survey-roots.ts';
import { workDropped, workHere } from '../steps/work-on-run.ts';
import { nodeChanges } from '../system/anchor.ts';
import { nodeOs } from '../system/node-os.ts';
import type { Os } from '../system/os.ts';
import { nodeIdentities } from '../system/process-identity.ts';
import { hostName, programVersion } from '../system/program.ts';
import { absoluteWords } from './absolute-words.ts';
import type { Args } from './args.ts';
import { ask } from './ask.ts';
import { startOutput } from './output.ts';
import { runSettingsOf, type RunSettings } from './run-settings.ts';
import type { Settings } from './settings.ts';
import { defaultConfig, spoolRequest } from './spool-request.ts';

const script = new URL('./run-child.js', import.meta.url);

export async function runCommand(
  verb: RunVerb,
  args: Args,
  settings: Settings,
  interrupted: AbortSignal,
): Promise<number> {
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
  const wanted = runSettingsOf(args, isTerminal);
  const os = nodeOs({ jobs: 1, interrupted });
  const startedNs = os.clock.nowNs();
  const { roots, places, guard } = findPlaces(os, args, wanted);
  if (settings.offline) guard(roots.filter(({ path }) => places.some(({ root }) => root === path)));
  const worker = new RunWorker(os, verb, roots, settings, wanted);
  const reportOf = (outcomes: readonly RunOutcome[], isApplied: boolean): RunReport => ({
    header: {
      version: programVersion(),
      host: hostName(),
      command: absoluteWords(process.argv.slice(2), process.cwd()),
      startedNs,
      finishedNs: os.clock.nowNs(),
    },
    verb,
    isApplied,
    outcomes,
  });
  let report = reportOf(await worker.work(places, false), false);
  const output = startOutput(settings.output);
  let isWritten = false;
  try {
    if (wanted.apply && wouldDo(report)) {
      if (wanted.isAsking) {
        for (const piece of renderRunTable(report, settings)) process.stderr.write(piece);
      }
      const isSure = !wanted.isAsking || (await ask(runQuestion(report), interrupted));
      interrupted.throwIfAborted();
      report = isSure
        ? reportOf(await worker.work(places, true, report.outcomes), true)
        : { ...report, refusal: 'The answer was not yes: nothing was changed' };
    }
    isWritten = true;
    const rendered =
      settings.format === 'json' ? renderRunJson(report) : renderRunTable(report, settings);
    await output.write(rendered);
    return runStatus(report);
  } catch (error) {
    if (!isWritten) output.abandon();
    // What was done must be told, wherever.
    else if (report.isApplied) {
      for (const piece of renderRunTable(report, settings)) process.stderr.write(piece);
    }
    throw error;
  }
}

interface FoundPlaces {
  readonly roots: readonly Root[];
  readonly places: readonly RunPlace[];
  /** Refuses --offline for a spool that this host may be using (safety.md 7). */
  readonly guard: (scanned: readonly Root[]) => void;
}

function findPlaces(os: Os, args: Args, { run, journal }: RunSettings): FoundPlaces {
  const cwd = process.cwd();
  const absolute = resolve(cwd, run);
  const root = typedRunRoot(run, absolute);
  const spools = loadSpools(
    os.files,
    spoolRequest(args, root === undefined ? [] : [utf8Of(root) ?? root]),
  );
  const { roots } = findRoots(os.files, spools.partitions, spools.scanned);
  const canonical = root === undefined ? undefined : os.files.canonical(root);
  const searched = canonical === undefined ? roots : roots.filter(({ path }) => path === canonical);
  const leaf = root === undefined ? asBytes(run) : leafOf(bytePath(absolute));
  const shelf = journal === undefined ? undefined : bytePath(resolve(cwd, journal));
  return {
    roots,
    places: findRuns(os.files, nodeChanges, searched, leaf, shelf),
    guard: (scanned) => {
      const survey = os.processes.survey(args.proc);
      guardOffline(
        os,
        scanned,
        (running) => hostConfigurations(os.files, spools.partitions, defaultConfig, running),
        survey,
      );
    },
  };
}

class RunWorker {
  readonly #os: Os;
  readonly #verb: RunVerb;
  readonly #roots: readonly Root[];
  readonly #settings: Settings;
  readonly #wanted: RunSettings;

  constructor(
    os: Os,
    verb: RunVerb,
    roots: readonly Root[],
    settings: Settings,
    wanted: RunSettings,
  ) {
    this.#os = os;
    this.#verb = verb;
    this.#roots = roots;
    this.#settings = settings;
    this.#wanted = wanted;
  }

  /** @param shown  what a look told: of purge, only what it named as the last of its kind may go as such */
  async work(
    places: readonly RunPlace[],
    apply: boolean,
    shown: readonly RunOutcome[] = [],
  ): Promise<RunOutcome[]> {
    const outcomes: RunOutcome[] = [];
    for (const [index, place] of places.entries()) {
      const outcome = await this.#workOn(place, apply, shown[index]);
      outcomes.push(outcome);
      if (outcome.isInterrupted) break;
    }
    return outcomes;
  }

  #workOn(place: RunPlace, apply: boolean, shown: RunOutcome | undefined): Promise<RunOutcome> {
    const refused = (why: string): Promise<RunOutcome> =>
      Promise.resolve({
        run: place.run,
        root: place.root,
        steps: [],
        refusals: [why],
        heldFiles: 0,
        isInterrupted: false,
      });
    const root = this.#roots.find(({ path }) => path === place.root);
    const [survey] = root === undefined ? [] : surveyRoots(this.#os.files, [root]);
    if (root === undefined || survey === undefined) return refused('it cannot be looked at');
    const spool = spoolOwner(survey);
    if ('why' in spool) return refused(`this root ${spool.why}`);
    const { uid, gid } = spool;
    const own = process.geteuid?.() ?? 0;
    if (own !== 0 && own !== uid) {
      return refused(
        `its stage directories belong to uid ${uid}: run this as that user or as root`,
      );
    }
    const request: RunRequest = {
      verb: this.#verb,
      place,
      apply,
      owners: this.#ownersOf(root, place),
      messageRoots: this.#roots
        .filter(({ kind, dev }) => (kind === 'data' || kind === 'archive') && dev === root.dev)
        .map(({ path, dev, ino }) => ({ root: path, rootId: { dev, ino } })),
      takesEvidence: this.#wanted.evidence,
      shownAsLast: (shown?.steps ?? []).flatMap(({ isLast, sequence }) =>
        isLast === true && sequence !== undefined ? [sequence] : [],
      ),
    };
    const { clock, interrupted } = this.#os;
    if (own === 0) return workDropped(script, { uid, gid }, request, interrupted);
    // Pid directories get the mode that they had, whatever the mask of whoever started us.
    process.umask(0);
    const randomHex = (): string => randomBytes(4).toString('hex');
    return workHere(
      { changes: nodeChanges, clock, identities: nodeIdentities, randomHex },
      request,
    );
  }

  /** Looked at anew for every look and every change: a question can stand for hours. */
  #ownersOf(root: Root, place: RunPlace): [pid: number, state: OwnerState][] {
    if (this.#verb === 'purge') return [];
    const { offline, proc } = this.#settings;
    const survey = this.#os.processes.survey(proc);
    const nowNs = this.#os.clock.nowNs();
    return ownerStates(this.#os, root, ownerPidsOf(nodeChanges, place), survey, { offline, nowNs });
  }
}

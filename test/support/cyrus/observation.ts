/** Everything that the tests compare, taken from one lab: what Cyrus and find say, and what stagesweep says. */
import type { CyrusLab } from '../cyrus-lab.ts';
import type { Instance } from './instance.ts';
import { emptyDirectories, stagedFiles, type StagedFile } from './inventory.ts';
import { mailboxesByDirectory } from './mailbox-map.ts';
import { runProgram, scanAhead, type ProgramRun } from './run-scan.ts';
import { readReport, type Scanned } from './scanned.ts';
import { ends, type End, type Situation } from './situation.ts';

/** find and stagesweep, on the same disk at the same time. */
export interface View {
  readonly files: readonly StagedFile[];
  readonly emptyDirectories: readonly string[];
  readonly run: ProgramRun;
  readonly scanned: Scanned;
}

export interface Observation {
  readonly situations: readonly Situation[];
  /** Of both ends, in mbpath's words. */
  readonly mailboxes: ReadonlyMap<string, string>;
  readonly running: Readonly<Record<End, View>>;
  readonly ahead: Readonly<Record<End, Scanned>>;
  readonly plain: Readonly<Record<End, Scanned>>;
  readonly offlineRefused: ProgramRun;
  /** Both servers have ended; one view for every partition. */
  readonly stopped: readonly View[];
}

/** Leaves the lab stopped. */
export async function observe(lab: CyrusLab): Promise<Observation> {
  const each = async <T>(look: (instance: Instance) => Promise<T>): Promise<Record<End, T>> => ({
    master: await look(lab.master),
    replica: await look(lab.replica),
  });
  const running = await each((instance) => view(instance, ['-C', instance.configFile]));
  const plain = await each(async (instance) => {
    const run = await runProgram(['scan', '-C', instance.configFile, '--json', '--walker', 'node']);
    return readReport(run.stdout);
  });
  const ahead = await each((instance) => scanAhead(instance.configFile, 40));
  const maps = await each(mailboxesByDirectory);
  const offlineRefused = await runProgram([
    ...['scan', '-C', lab.replica.configFile],
    ...['--json', '--offline', '--min-age', '0s'],
  ]);
  await lab.stop();
  const stopped: View[] = [];
  for (const end of ends) stopped.push(...(await viewsOfPartitions(lab[end])));
  return {
    situations: lab.situations,
    mailboxes: new Map([...maps.master, ...maps.replica]),
    running,
    plain,
    ahead,
    offlineRefused,
    stopped,
  };
}

async function view(
  instance: Instance,
  options: readonly string[],
  roots: readonly string[] = instance.roots,
): Promise<View> {
  const run = await runProgram(['scan', '--json', ...options]);
  const isBelow = (path: string): boolean => roots.some((root) => path.startsWith(`${root}/`));
  return {
    files: stagedFiles(instance).filter((file) => isBelow(file.path)),
    emptyDirectories: emptyDirectories(instance).filter(isBelow),
    run,
    scanned: readReport(run.stdout),
  };
}

/**
 * By directories and without a configuration, as on a mounted backup: --offline asks nothing of a host that may
 * run another Cyrus, or be a container.
 */
async function viewsOfPartitions(instance: Instance): Promise<View[]> {
  const at = (name: string): string => `${instance.home}/${name}`;
  const isApart = instance.roots.includes(at('archive'));
  const offline = ['--offline', '--min-age', '0s'];
  const beside = isApart ? ['--archive', at('archive'), '--meta', at('meta')] : [];
  return [
    await view(
      instance,
      [at('spool'), ...beside, '--links-in', at('second'), ...offline],
      isApart ? [at('spool'), at('archive')] : [at('spool')],
    ),
    await view(
      instance,
      [
        at('second'),
        ...instance.roots.filter((root) => root !== at('second')).flatMap((r) => ['--links-in', r]),
        ...offline,
      ],
      [at('second')],
    ),
  ];
}

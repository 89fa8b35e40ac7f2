import { describe, expect, it } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import { inodeKey, type FileStat } from '../../src/model/inode.ts';
import type { Mount } from '../../src/model/mount.ts';
import type { Root } from '../../src/model/partition.ts';
import type { OpenFiles, ProcessSurvey } from '../../src/model/process.ts';
import type { StageDirectory, StageFile } from '../../src/model/stage.ts';
import type { Trouble } from '../../src/model/trouble.ts';
import { checkOwners, type CheckedOwners } from '../../src/steps/check-owners.ts';
import type { Processes } from '../../src/system/os.ts';
import { fileStat } from '../support/file-stat.ts';
import {
  booted,
  day,
  hour,
  mountOf,
  processOf,
  rootOf,
  surveyOf,
  without,
} from '../support/process-facts.ts';

const started = booted + 10n * day;
const nowNs = booted + 30n * day;
const root = rootOf();
const directory: StageDirectory = {
  path: bytePath('/var/spool/cyrus/mail/sync./88'),
  dev: root.dev,
  ino: 50n,
  area: 'sync',
  partition: 'default',
  rootKind: 'data',
  root: root.path,
  pid: 88,
};

function stageFile(stat: Partial<FileStat>, over: Partial<StageFile> = {}): StageFile {
  return {
    directory,
    leaf: bytePath('0.'),
    grammar: 'sync-2.3',
    ownerPid: 88,
    stat: fileStat({ dev: root.dev, changedNs: started - day, ...stat }),
    ...over,
  };
}

interface World {
  readonly survey?: ProcessSurvey;
  readonly open?: Partial<OpenFiles>;
  readonly mounts?: readonly Mount[] | Trouble;
  readonly roots?: readonly Root[];
  readonly offline?: boolean;
}

type WantedInodes = Parameters<Processes['openFiles']>[1];

function check(
  files: readonly StageFile[],
  world: World = {},
): CheckedOwners & { readonly asked: readonly string[]; readonly surveys: number } {
  const asked: string[] = [];
  let surveys = 0;
  const os = {
    files: { mounts: () => [mountOf('/')] },
    processes: {
      survey: () => {
        surveys++;
        return world.survey ?? surveyOf();
      },
      openFiles: (_proc: string, wanted: WantedInodes) => {
        asked.push(...(typeof wanted === 'function' ? wanted() : wanted));
        return { holders: new Map(), uninspectable: [], ...world.open };
      },
      mountsOf: () => world.mounts ?? [],
    },
  };
  const settings = {
    proc: '/proc',
    offline: world.offline ?? false,
    minAgeSeconds: 36 * 3600,
    nowNs,
  };
  const checked = checkOwners(os, files, world.roots ?? [root], settings);
  return { ...checked, asked, surveys };
}

const verdicts = ({ judgements }: CheckedOwners): string[] =>
  judgements.map(({ verdict }) => verdict);

describe('stage files', () => {
  it('of one directory are judged each for itself where the pid came back', () => {
    const survey = surveyOf([processOf({ pid: 88 })]);
    const files = [stageFile({}), stageFile({ changedNs: started + hour })];
    expect(verdicts(check(files, { survey }))).toEqual(['orphan', 'in-use']);
  });

  it('that nobody made by their name are unknown names', () => {
    const nameless = without(without(stageFile({}), 'grammar'), 'ownerPid');
    expect(verdicts(check([nameless]))).toEqual(['unknown-name']);
  });

  it('of which the same is true share their objects', () => {
    const { owners, judgements } = check([stageFile({ ino: 1n }), stageFile({ ino: 2n })]);
    expect([owners[0] === owners[1], judgements[0] === judgements[1]]).toEqual([true, true]);
  });

  it('on NFS are undecided, all of them', () => {
    const files = Array.from({ length: 40 }, (_, ino) => stageFile({ ino: BigInt(ino) }));
    const checked = check(files, { roots: [rootOf({ filesystem: 'nfs4' })] });
    expect(new Set(verdicts(checked))).toEqual(new Set(['undecided']));
  });

  it('are undecided where a container can reach the spool', () => {
    const survey = surveyOf([processOf({ pid: 70, pidNamespace: '4026532999' })]);
    expect(verdicts(check([stageFile({})], { survey, mounts: [mountOf('/data')] }))).toEqual([
      'undecided',
    ]);
  });

  it.each(['ENOENT', 'ESRCH', 'EINVAL'])(
    'are not doubted for a container whose process just ended (%s)',
    (errno) => {
      const survey = surveyOf([processOf({ pid: 70, pidNamespace: '4026532999' })]);
      const mounts = { path: bytePath('/proc/70/mountinfo'), syscall: 'read', errno };
      expect(verdicts(check([stageFile({})], { survey, mounts }))).toEqual(['orphan']);
    },
  );

  it('are undecided for a container whose mounts may not be read', () => {
    const survey = surveyOf([processOf({ pid: 70, pidNamespace: '4026532999' })]);
    const mounts = { path: bytePath('/proc/70/mountinfo'), syscall: 'open', errno: 'EACCES' };
    expect(verdicts(check([stageFile({})], { survey, mounts }))).toEqual(['undecided']);
  });

  it('of a spool that nobody uses are orphans on NFS too', () => {
    const world = { roots: [rootOf({ filesystem: 'nfs4' })], offline: true };
    expect(verdicts(check([stageFile({})], world))).toEqual(['orphan']);
  });

  it('in no root that was given are a bug', () => {
    expect(() => check([stageFile({})], { roots: [] })).toThrow('no root');
  });
});

describe('open files', () => {
  const held = stageFile({ ino: 7n, uid: 96 });
  const holders = (uid: number): Partial<OpenFiles> => ({
    holders: new Map([[inodeKey(held.stat), [{ pid: 5, comm: 'x', uid }]]]),
  });

  it('are asked for the inodes only that would be orphans', () => {
    const files = [held, stageFile({ ino: 8n, changedNs: nowNs }), stageFile({ ino: 7n })];
    expect(check(files).asked).toEqual([inodeKey(held.stat)]);
  });

  it('of their own user veto', () => {
    expect(verdicts(check([held], { open: holders(96) }))).toEqual(['in-use']);
  });

  it('are told by the processes that have them', () => {
    const [owner] = check([held], { open: holders(96) }).owners;
    expect(owner?.evidence).toMatch(/; open in process 5 \(x\)$/);
    const open = { uninspectable: [{ pid: 6, comm: 'sshd', uid: 96 }] };
    const [doubted] = check([held], { open }).owners;
    expect(doubted?.evidence).toContain('cannot be seen of process 6 (sshd)');
  });

  it('of another user are only mentioned', () => {
    expect(check([held], { open: holders(0) }).judgements).toEqual([
      { verdict: 'orphan', reasons: ['owner-dead', 'open-in-process'] },
    ]);
  });

  it('veto a spool that is said to be unused', () => {
    expect(verdicts(check([held], { open: holders(96), offline: true }))).toEqual(['in-use']);
  });

  it.each([
    [96, 'undecided'],
    [0, 'orphan'],
  ])('that a process of user %d will not show make %s', (uid, verdict) => {
    const open = { uninspectable: [{ pid: 5, comm: 'x', uid }] };
    expect(verdicts(check([held], { open }))).toEqual([verdict]);
  });

  it('do not change what a file is that was not asked for', () => {
    const open = { uninspectable: [{ pid: 5, comm: 'x', uid: 96 }] };
    expect(verdicts(check([stageFile({ uid: 96, changedNs: nowNs })], { open }))).toEqual([
      'too-young',
    ]);
  });

  it('of hidden processes leave even a reused pid undecided', () => {
    const shell = processOf({ pid: 88, comm: 'sh', executable: '/bin/sh' });
    const survey = surveyOf([shell], { hidden: 'hidepid=2' });
    expect(verdicts(check([held], { survey }))).toEqual(['undecided']);
  });
});

describe('the process table', () => {
  it('is surveyed once for all files', () => {
    expect(check([stageFile({}), stageFile({ ino: 9n })]).surveys).toBe(1);
  });
});

describe('a live Cyrus process with the pid of a stale directory', () => {
  const survey = surveyOf([processOf({ pid: 88 })]);

  it('is told once for the directory', () => {
    const files = [stageFile({ ino: 1n }), stageFile({ ino: 2n })];
    expect(check(files, { survey }).findings).toEqual([
      {
        code: 'stage-reused-pid',
        path: directory.path,
        detail: 'process 88 is /usr/lib/cyrus/bin/sync_server; stale files in its directory: 2',
      },
    ]);
  });

  it('is not told when all files are its own', () => {
    expect(check([stageFile({ changedNs: started + hour })], { survey }).findings).toEqual([]);
  });

  it('is not told of a process that is no Cyrus program', () => {
    const shell = surveyOf([processOf({ pid: 88, comm: 'sh', executable: '/bin/sh' })]);
    expect(check([stageFile({})], { survey: shell }).findings).toEqual([]);
  });

  it('is not told of the flat area, which is no process directory', () => {
    const flat = without(directory, 'pid');
    expect(check([stageFile({}, { directory: flat })], { survey }).findings).toEqual([]);
  });
});

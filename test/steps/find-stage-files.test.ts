import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { bytePath, leafOf } from '../../src/model/byte-path.ts';
import type { Root } from '../../src/model/partition.ts';
import { stagePath } from '../../src/model/stage.ts';
import { findAreas } from '../../src/steps/find-areas.ts';
import { findStageFiles, type FoundStageFiles } from '../../src/steps/find-stage-files.ts';
import { nodeClock } from '../../src/system/clock.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { Files } from '../../src/system/os.ts';
import { buildSpool, test, type SpoolTree } from '../support/spool.ts';

function rootAt(path: string): Root {
  const stat = nodeFiles.lstat(bytePath(path));
  if ('errno' in stat) throw new Error(stat.errno);
  return {
    partition: 'default',
    kind: 'data',
    path: bytePath(path),
    dev: stat.dev,
    ino: stat.ino,
    filesystem: 'ext4',
  };
}

async function find(dir: string, tree: SpoolTree, files: Files = nodeFiles) {
  buildSpool(dir, tree);
  const areas = await findAreas(files, [rootAt(dir)]);
  const found = await findStageFiles(files, nodeClock(), areas.directories, () => undefined);
  return { areas, found };
}

const sha = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const grammars = (found: FoundStageFiles): Record<string, string | undefined> =>
  Object.fromEntries(found.stageFiles.map((file) => [leafOf(stagePath(file)), file.grammar]));

describe('stage files of all versions', () => {
  test('every grammar is found in its area', async ({ dir }) => {
    const { found } = await find(dir, {
      'sync./29594/65.': 'x',
      [`sync./29595/${sha}`]: 'x',
      'sync./29594.cache': 'x',
      'stage./10014-1214461933-0': 'x',
      'stage./812-946684800': 'x',
      'stage./812-3': 'x',
    });
    expect(grammars(found)).toEqual({
      '65.': 'sync-2.3',
      [sha]: 'sync-2.4',
      '29594.cache': 'sync-cache',
      '10014-1214461933-0': 'stage-epoch-n',
      '812-946684800': 'stage-epoch',
      '812-3': 'stage-counter',
    });
  });

  test('the owner is in the directory name under sync. and in the file name under stage.', async ({
    dir,
  }) => {
    const { found } = await find(dir, {
      'sync./29594/65.': 'x',
      'sync./7.cache': 'x',
      'stage./812-3': 'x',
    });
    expect(found.stageFiles.map((file) => file.ownerPid).sort()).toEqual([29594, 7, 812]);
  });

  test('a name of another grammar is reported and has none', async ({ dir }) => {
    const { found } = await find(dir, {
      'sync./29594/notes': 'x',
      'stage./core': 'x',
      'sync./a/1.': '',
    });
    expect(grammars(found)).toEqual({ notes: undefined, core: undefined, a: undefined });
  });

  test('a numeric directory is a pid directory only directly under sync.', async ({ dir }) => {
    const { found } = await find(dir, { 'user/fred/2007/1.': 'x', 'stage./2007/1.': 'x' });
    expect(grammars(found)).toEqual({ '2007': undefined });
  });

  test('locks is nobody’s and is passed over', async ({ dir }) => {
    const { found } = await find(dir, { 'sync./locks/x': '' });
    expect(found.stageFiles).toEqual([]);
  });

  test('a symlink, a FIFO or a directory with a stage name is no stage file', async ({ dir }) => {
    const { found } = await find(dir, {
      'sync./5/1.': { symlink: '/etc/passwd' },
      'sync./5/2.': { fifo: true },
      'sync./5/3./': '',
    });
    expect(found.stageFiles.map((file) => [file.stat.kind, file.grammar])).toEqual([
      ['symlink', undefined],
      ['fifo', undefined],
      ['directory', undefined],
    ]);
  });

  test('names that are not UTF-8, hold newlines or escapes do not get lost', async ({ dir }) => {
    const { found } = await find(dir, {
      'stage./\xff\xfe': '',
      'stage./a\nb': '',
      'stage./\x1b[2J': '',
    });
    expect(found.stageFiles.map((file) => file.leaf)).toEqual(['\x1b[2J', 'a\nb', '\xff\xfe']);
  });

  test('a directory that holds another directory is not passed over in the search for links', async ({
    dir,
  }) => {
    const { found } = await find(dir, { 'sync./5/1.': 'x', 'sync./6/1.': 'x', 'sync./6/odd/': '' });
    expect(found.listed.map((directory) => leafOf(directory.path))).toEqual(['5']);
  });
});

describe('areas and directories', () => {
  test('an empty pid directory is a finding', async ({ dir }) => {
    const { found } = await find(dir, { 'sync./4711/': '' });
    expect(found.findings.map((finding) => finding.code)).toEqual(['stage-empty-directory']);
  });

  test('a symlinked area leads nowhere and is named', async ({ dir }) => {
    buildSpool(dir, { 'elsewhere/88/1.': 'x', 'spool/sync.': { symlink: '../elsewhere' } });
    const { areas, found } = await find(join(dir, 'spool'), {});
    expect(areas.findings.map((finding) => finding.code)).toEqual(['area-skipped']);
    expect(found.stageFiles).toEqual([]);
  });

  test('a symlinked pid directory is not followed', async ({ dir }) => {
    const { found } = await find(dir, {
      'elsewhere/1.': 'x',
      'sync./88': { symlink: '../elsewhere' },
    });
    expect(found.stageFiles.map((file) => file.stat.kind)).toEqual(['symlink']);
  });

  test('areas are found below a root whose name is not UTF-8', async ({ dir }) => {
    buildSpool(dir, { 'sp\xffol/sync./5/1.': 'x' });
    const root: Root = { ...rootAt(dir), path: bytePath(dir) };
    const path = `${root.path}/sp\xffol` as Root['path'];
    const areas = await findAreas(nodeFiles, [{ ...root, path }]);
    expect(areas.directories.map((area) => area.area)).toEqual(['sync']);
  });

  test('an area that cannot be read is trouble, never nothing', async ({ dir }) => {
    const { areas, found } = await find(
      dir,
      { 'sync./5/1.': 'x' },
      { ...nodeFiles, list: (path) => ({ path, syscall: 'opendir', errno: 'EACCES' }) },
    );
    expect(areas.directories.length).toBe(1);
    expect(found.troubles.map((trouble) => trouble.errno)).toEqual(['EACCES']);
  });

  test('a file that vanishes between readdir and lstat is counted, not reported', async ({
    dir,
  }) => {
    const { found } = await find(
      dir,
      { 'stage./812-3': 'x' },
      {
        ...nodeFiles,
        lstat: (path) => {
          if (path.endsWith('812-3')) rmSync(path);
          return nodeFiles.lstat(path);
        },
      },
    );
    expect(found).toMatchObject({ vanished: 1, stageFiles: [], troubles: [] });
  });
});

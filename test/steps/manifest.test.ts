import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { ManifestLine } from '../../src/model/manifest.ts';
import { manifest } from '../../src/steps/manifest.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import type { Os } from '../../src/system/os.ts';
import { flag, indexOf, sha1, writeMailbox } from '../support/plain-mailbox.ts';
import { test } from '../support/spool.ts';

const quiet = { listing() {}, reading() {} };

/** @param meanwhile  happens after the index was read and before the first message is */
async function linesOf(dir: string, meanwhile: () => void): Promise<ManifestLine[]> {
  const os = nodeOs({ jobs: 1 });
  let isFirst = true;
  const racing: Os = {
    ...os,
    inspector: {
      inspect: (files, onAnswer) =>
        os.inspector.inspect(
          (async function* () {
            for await (const file of files) {
              if (isFirst) meanwhile();
              isFirst = false;
              yield file;
            }
          })(),
          onAnswer,
        ),
    },
  };
  const partition = {
    name: 'default',
    data: bytePath(join(dir, 'spool')),
    archive: bytePath(join(dir, 'archive')),
    metadata: new Map(),
  };
  const spools = { partitions: [partition], scanned: [partition], configurations: [] };
  const lines: ManifestLine[] = [];
  for await (const line of manifest(racing, spools, {}, quiet)) lines.push(line);
  return lines;
}

describe('a message that changes while the manifest is made', () => {
  const mail = [
    { uid: 1, text: 'one' },
    { uid: 2, text: 'two' },
  ];
  const spoolOf = (dir: string, messages: Parameters<typeof writeMailbox>[1] = mail): string => {
    mkdirSync(join(dir, 'archive'));
    writeMailbox(join(dir, 'spool/user/a'), messages);
    return join(dir, 'spool/user/a');
  };

  test('is left out when it was expunged and its file removed', async ({ dir }) => {
    const at = spoolOf(dir);
    const lines = await linesOf(dir, () => {
      const unlinked = { uid: 1, text: 'one', flags: flag.expunged + flag.unlinked };
      writeFileSync(join(at, 'cyrus.index'), indexOf(17, [unlinked, { uid: 2, text: 'two' }]));
      rmSync(join(at, '1.'));
    });
    expect(lines).toMatchObject([{ message: { messageUid: 2 } }]);
  });

  test('is found in the archive when it was archived', async ({ dir }) => {
    const at = spoolOf(dir);
    const lines = await linesOf(dir, () => {
      const archived = { uid: 1, text: 'one', flags: flag.archived };
      writeFileSync(join(at, 'cyrus.index'), indexOf(17, [archived, { uid: 2, text: 'two' }]));
      mkdirSync(join(dir, 'archive/user/a'), { recursive: true });
      renameSync(join(at, '1.'), join(dir, 'archive/user/a/1.'));
    });
    expect(lines).toMatchObject([
      { message: { messageUid: 1, sha1: sha1('one'), isMissing: false } },
      { message: { messageUid: 2 } },
    ]);
  });

  test('is missing when its record still says that it is there', async ({ dir }) => {
    const at = spoolOf(dir);
    const lines = await linesOf(dir, () => {
      rmSync(join(at, '1.'));
    });
    expect(lines).toMatchObject([{ message: { messageUid: 1, isMissing: true } }, {}]);
  });

  test('is left out with its mailbox when that was deleted', async ({ dir }) => {
    const at = spoolOf(dir);
    expect(
      await linesOf(dir, () => {
        rmSync(at, { recursive: true });
      }),
    ).toEqual([]);
  });

  test('is left out when its mailbox was deleted and made again', async ({ dir }) => {
    const at = spoolOf(dir);
    const lines = await linesOf(dir, () => {
      rmSync(at, { recursive: true });
      writeMailbox(at, [{ uid: 1, text: 'another' }], { uniqueId: 'new' });
    });
    expect(lines).toEqual([]);
  });

  test('is told by its record as it is now', async ({ dir }) => {
    const at = spoolOf(dir, [{ uid: 1, text: 'one', onDisk: 'anew' }]);
    const lines = await linesOf(dir, () => {
      writeFileSync(join(at, 'cyrus.index'), indexOf(17, [{ uid: 1, text: 'anew' }]));
    });
    expect(lines).toMatchObject([{ message: { recordGuid: sha1('anew'), sha1: sha1('anew') } }]);
  });
});

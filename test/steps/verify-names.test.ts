/** Changes between two looks at the names of one inode, each aimed at the one look where it would count a name twice. */
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { bytePath, leafOf, parentOf, type BytePath } from '../../src/model/byte-path.ts';
import { LinkLedger } from '../../src/decide/link-ledger.ts';
import { linkPath } from '../../src/model/link.ts';
import { Pins } from '../../src/steps/pin-inodes.ts';
import { verifyNames } from '../../src/steps/verify-names.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { Clock, Looks } from '../../src/system/os.ts';
import { quickLooks } from '../../src/system/quick-looks.ts';
import { buildSpool, test } from '../support/spool.ts';

const os = nodeOs({ jobs: 1 });
const ways = [
  ['node', nodeFiles],
  ['quick', await quickLooks()],
] as const satisfies readonly (readonly [string, Looks])[];

/** Opens the account of the inode at the first path, by which it was listed, with the names that a walk found. */
function openAccount(ledger: LinkLedger, dir: string, found: readonly string[]) {
  const paths = found.map((path) => bytePath(join(dir, path)));
  const stats = paths.map((path) => os.files.lstat(path)).filter((stat) => 'ino' in stat);
  const [stat] = stats;
  if (stat === undefined) throw new Error('no such file');
  const entry = ledger.open(stat, true);
  paths.forEach((path, nth) => {
    const directory = os.files.lstat(parentOf(path));
    if (!('ino' in directory)) throw new Error(directory.errno);
    const { dev, ino } = directory;
    const name = {
      directory: { path: parentOf(path), dev, ino },
      leaf: leafOf(path),
    };
    if (nth === 0) entry.list(name);
    else entry.add(name);
  });
  return entry;
}

/** Looks with something that happens once, right after `path` was looked at. */
function after(path: string, happens: () => void, looks: Looks): Looks {
  let isDue = true;
  return {
    ...looks,
    pinLimit: looks.pinLimit,
    lstat(asked) {
      const stat = looks.lstat(asked);
      if (isDue && asked === path) {
        isDue = false;
        happens();
      }
      return stat;
    },
  };
}

/** Looks and a clock of a kernel whose time goes in steps: what changes within one step has one ctime. */
function stepping(step: bigint, real: Looks): { looks: Looks; clock: Clock } {
  let nowNs = 1_700_000_000_000_000_000n;
  const seen = new Map<bigint, bigint>();
  const told = <T extends { changedNs: bigint }>(stat: T): T => {
    const changedNs = seen.get(stat.changedNs) ?? nowNs - (nowNs % step);
    seen.set(stat.changedNs, changedNs);
    return { ...stat, changedNs };
  };
  const looks: Looks = {
    pinLimit: real.pinLimit,
    lstat(path) {
      const stat = real.lstat(path);
      return 'changedNs' in stat ? told(stat) : stat;
    },
    pin(path) {
      const pin = real.pin(path);
      if ('errno' in pin) return pin;
      const release = (): void => {
        pin.release();
      };
      return { stat: () => told(pin.stat()), release };
    },
  };
  const clock = {
    ...os.clock,
    nowNs: () => nowNs,
    pause: (milliseconds: number) => {
      nowNs += BigInt(milliseconds) * 1_000_000n;
      return Promise.resolve();
    },
  };
  return { looks, clock };
}

const [slot, glad, anna, hidden] = [
  'spool/sync./5/0.',
  'spool/user/glad/1.',
  'spool/user/anna/1.',
  'backup/1.',
];

describe.each(ways)('a name that moves between two %s looks', (_, real) => {
  test.for([
    ['the ticks of a kernel before 6.13', 10_000_000n],
    ['the whole seconds of ext3', 1_000_000_000n],
  ] as const)('is not counted twice, though its ctime has %s', async ([, step], { dir }) => {
    buildSpool(dir, { [slot]: 'x', [hidden]: { link: slot }, [anna]: { link: slot } });
    mkdirSync(join(dir, 'spool/user/glad'));
    const ledger = new LinkLedger();
    // The walk saw it where it was, and a moment later where it went; one more name nobody saw.
    const entry = openAccount(ledger, dir, [slot, glad, anna]);
    renameSync(join(dir, anna), join(dir, glad));
    const kernel = stepping(step, real);
    const looks = after(
      join(dir, glad),
      () => {
        renameSync(join(dir, glad), join(dir, anna));
      },
      kernel.looks,
    );
    entry.see({ ...entry.stat, ...looks.lstat(bytePath(join(dir, slot))) });
    const pins = Pins.hold(looks, ledger.entries);
    const { moved } = await verifyNames({ ...kernel, looks }, ledger, pins);
    pins.release();
    expect([entry.isBalanced, moved]).toEqual([false, true]);
  });

  test('costs no pause when nothing has changed for a while', async ({ dir }) => {
    buildSpool(dir, { [slot]: 'x', [glad]: { link: slot } });
    const ledger = new LinkLedger();
    const entry = openAccount(ledger, dir, [slot, glad]);
    const pauses: number[] = [];
    const clock = {
      ...os.clock,
      nowNs: () => entry.stat.changedNs + 2_000_000_000n,
      pause: (milliseconds: number) => {
        pauses.push(milliseconds);
        return Promise.resolve();
      },
    };
    const pins = Pins.hold(real, ledger.entries);
    await verifyNames({ looks: real, clock }, ledger, pins);
    pins.release();
    expect([entry.isBalanced, pauses]).toEqual([true, []]);
  });
});

test.for(ways)(
  'two directories that change places between two %s looks do not show one name twice',
  async ([, real], { dir }) => {
    const other = 'spool/sync./5/1.';
    buildSpool(dir, {
      [other]: 'y',
      'spool/user/glad/2.': { link: other },
      'spool/user/anna/2.': { link: other },
      [slot]: 'x',
      [glad]: { link: slot },
      [anna]: { link: slot },
      'backup/': '',
    });
    const ledger = new LinkLedger();
    openAccount(ledger, dir, [other, 'spool/user/glad/2.', 'spool/user/anna/2.']);
    const entry = openAccount(ledger, dir, [slot, glad, anna]);
    renameSync(join(dir, anna), join(dir, hidden));
    const at = (name: string): string => join(dir, 'spool/user', name);
    const swap = (): void => {
      renameSync(at('glad'), at('aside'));
      renameSync(at('anna'), at('glad'));
      renameSync(at('aside'), at('anna'));
    };
    const looks = after(join(dir, glad), swap, real);
    const pins = Pins.hold(looks, ledger.entries);
    const clock = { ...os.clock, nowNs: () => entry.stat.changedNs + 2_000_000_000n };
    const { moved } = await verifyNames({ looks, clock }, ledger, pins);
    pins.release();
    expect([entry.isBalanced, moved]).toEqual([false, true]);
  },
);

/** Looks that write down at what they were. */
function counted(real: Looks): { looks: Looks; paths: string[] } {
  const paths: string[] = [];
  const look = (path: BytePath): BytePath => {
    paths.push(path);
    return path;
  };
  const looks: Looks = {
    pinLimit: real.pinLimit,
    lstat: (path) => real.lstat(look(path)),
    pin: (path) => real.pin(look(path)),
  };
  return { looks, paths };
}

describe.each(ways)('a file that was old when it was listed, by %s looks', (_, real) => {
  /** The file at `slot`, and others, as if they had been listed two seconds after they were made. */
  async function verified(
    dir: string,
    { found, changes = () => undefined }: { found: readonly string[]; changes?: () => void },
  ) {
    const listedNs = BigInt(Date.now() + 2000) * 1_000_000n;
    const ledger = new LinkLedger(listedNs);
    const entry = openAccount(ledger, dir, found);
    changes();
    const { looks, paths } = counted(real);
    const clock = { ...os.clock, nowNs: () => listedNs, pause: () => Promise.resolve() };
    const pins = Pins.hold(looks, []);
    const { moved } = await verifyNames({ looks, clock }, ledger, pins);
    const names = entry.names.map((name) => linkPath(name).slice(dir.length + 1));
    const looked = paths.map((path) => path.slice(dir.length + 1));
    return { names, moved, balanced: entry.isBalanced, looked };
  }

  test('is looked at once for each name that the walk found, and once each directory', async ({
    dir,
  }) => {
    buildSpool(dir, { [slot]: 'x', [glad]: { link: slot }, [anna]: { link: slot } });
    expect(await verified(dir, { found: [slot, glad, anna] })).toEqual({
      names: [slot, glad, anna],
      moved: false,
      balanced: true,
      looked: [glad, anna, 'spool/sync./5', 'spool/user/glad', 'spool/user/anna'],
    });
  });

  test('is looked at once more when the listing had all its names', async ({ dir }) => {
    buildSpool(dir, { [slot]: 'x' });
    const { balanced, looked } = await verified(dir, { found: [slot] });
    expect([balanced, looked]).toEqual([true, [slot, 'spool/sync./5']]);
  });

  test.for([
    [
      'a name that the walk saw has gone',
      [slot, anna],
      (at) => {
        rmSync(at(glad));
      },
    ],
    [
      'the name of the listing has gone',
      [glad, anna],
      (at) => {
        rmSync(at(slot));
      },
    ],
    [
      'one name has taken the place of another',
      [slot, anna],
      (at) => {
        renameSync(at(glad), at(hidden));
      },
    ],
    [
      'another name was made, by which none is missed that was there',
      [slot, glad, anna],
      (at) => {
        linkSync(at(glad), at(hidden));
      },
    ],
    [
      'another file has taken the name, with the same bytes',
      [slot, anna],
      (at) => {
        rmSync(at(glad));
        writeFileSync(at(glad), 'x');
      },
    ],
  ] as const satisfies readonly (readonly [
    string,
    readonly string[],
    (at: (path: string) => string) => void,
  ])[])('is looked at the long way when %s', async ([, left, change], { dir }) => {
    buildSpool(dir, {
      [slot]: 'x',
      [glad]: { link: slot },
      [anna]: { link: slot },
      'backup/': '',
    });
    const found = [slot, glad, anna];
    const { names, moved } = await verified(dir, {
      found,
      changes: () => {
        change((path) => join(dir, path));
      },
    });
    expect([names, moved]).toEqual([left, true]);
  });

  test('is not told under a directory that went elsewhere', async ({ dir }) => {
    buildSpool(dir, { [slot]: 'x', [glad]: { link: slot }, 'spool/user/': '' });
    const at = (name: string): string => join(dir, 'spool/user', name);
    const { balanced, moved } = await verified(dir, {
      found: [slot, glad],
      changes: () => {
        renameSync(at('glad'), at('anna'));
        mkdirSync(at('glad'));
        renameSync(at('anna/1.'), at('glad/1.'));
      },
    });
    expect([balanced, moved]).toEqual([false, true]);
  });

  test('does not balance when its directories have changed places', async ({ dir }) => {
    buildSpool(dir, { [slot]: 'x', [glad]: { link: slot }, [anna]: { link: slot } });
    const at = (name: string): string => join(dir, 'spool/user', name);
    const { balanced, moved } = await verified(dir, {
      found: [slot, glad, anna],
      changes: () => {
        renameSync(at('glad'), at('aside'));
        renameSync(at('anna'), at('glad'));
        renameSync(at('aside'), at('anna'));
      },
    });
    expect([balanced, moved]).toEqual([false, true]);
  });
});

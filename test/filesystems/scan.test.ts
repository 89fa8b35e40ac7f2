/** Whole scans on each filesystem: every name that find sees, under the inode number that find sees, and accounts that balance. */
import { describe, expect, test } from 'vitest';
import {
  btrfs,
  ext4,
  mergerfs,
  overlay,
  overlayOfTwo,
  possible,
  runOn,
  tmpfs,
  xfs,
  type Filesystem,
} from '../support/filesystems.ts';
import { program } from '../support/run-cli.ts';

/** Three names of one inode, two of another, one of a third; nobody has this uid, so no process can veto. */
const spool = `
  mkdir -p spool/sync./29594 spool/stage. spool/user/glad/Incoming spool/user/anna
  echo list >spool/sync./29594/65.
  ln spool/sync./29594/65. spool/user/glad/71229.
  ln spool/sync./29594/65. spool/user/glad/Incoming/499.
  echo delivery >spool/stage./4242-1171500000-0
  ln spool/stage./4242-1171500000-0 spool/user/anna/7.
  echo last >spool/sync./29594/66.
  chown -hR 54321 spool
`;
/** "$3" is node, "$4" the program. Prints what find sees and what the scan of either walker tells, apart by NUL. */
const look = `
  find "$PWD/spool" -xdev -type f -printf '%i %p\\n' || true; printf '\\0'
  for walker in native node; do
    "$3" "$4" scan --offline --min-age 0s --json --walker "$walker" $more "$PWD/spool" || [ $? -le 2 ]
    printf '\\0'
  done
`;

interface Told {
  readonly complete: boolean;
  readonly stageFiles: readonly {
    readonly path: string;
    readonly inode: string;
    readonly links: {
      readonly complete: boolean;
      readonly names: readonly { readonly path: string }[];
    };
  }[];
  readonly coverage: { readonly notEntered: readonly { readonly path: string }[] };
}

/** @param more  options of the scan */
async function scans(
  filesystem: Filesystem,
  prepare = spool,
  more = '',
): Promise<{ byFind: Record<string, string[]>; told: readonly Told[] }> {
  const ran = await runOn(filesystem, prepare + look, [process.execPath, program], { more });
  const [files = '', ...reports] = ran.stdout.split('\0');
  if (ran.status !== 0 || reports.length !== 3) throw new Error(ran.stderr);
  const byFind: Record<string, string[]> = {};
  for (const line of files.split('\n').filter((one) => one !== '')) {
    const [ino = '', path = ''] = line.split(' ');
    (byFind[ino] ??= []).push(path);
  }
  for (const names of Object.values(byFind)) names.sort();
  return { byFind, told: reports.slice(0, 2).map((report) => JSON.parse(report) as Told) };
}

/** All names of each stage file by its inode number. */
function namesTold(report: Told): Record<string, string[]> {
  return Object.fromEntries(
    report.stageFiles.map((file) => [
      file.inode,
      [file.path, ...file.links.names.map((name) => name.path)].sort(),
    ]),
  );
}

const completeOf = (report: Told): boolean[] => [
  report.complete,
  ...report.stageFiles.map((file) => file.links.complete),
];

/** With the least that its largest inode number must be, or the case is not the one that it is here for. */
const filesystems: readonly (readonly [Filesystem, bigint])[] = [
  [ext4, 1n],
  [xfs, 2n ** 32n],
  [btrfs, 1n],
  [tmpfs, 1n],
  // Past what a JavaScript number holds.
  [mergerfs, 2n ** 53n],
];

for (const [filesystem, atLeast] of filesystems) {
  const { title, isSkipped } = await possible(filesystem, `a scan on ${filesystem.name}`);
  test.skipIf(isSkipped)(
    `${title} finds every name that find sees, and proves it, with either walker`,
    async () => {
      const { byFind, told } = await scans(filesystem);
      expect(told.map(namesTold)).toEqual([byFind, byFind]);
      const all = [true, true, true, true];
      expect(told.map(completeOf)).toEqual([all, all]);
      expect(Object.keys(byFind).some((ino) => BigInt(ino) >= atLeast)).toBe(true);
    },
  );
}

/** The spool is in the lower layer, made before the overlay is; see Filesystem.make. */
const none = [false, false, false, false];
for (const [filesystem, prepare, atLeast] of [
  [overlay, spool, 1n],
  [overlayOfTwo(spool, 'xino=on'), '', 2n ** 53n],
  [overlayOfTwo(spool, 'xino=off'), '', 1n],
] as const) {
  const { title, isSkipped } = await possible(filesystem, `a scan on ${filesystem.name}`);
  test.skipIf(isSkipped)(`${title} never says that it saw all names`, async () => {
    const { byFind, told } = await scans(filesystem, prepare);
    expect(told.map(completeOf)).toEqual([none, none]);
    expect(Object.keys(byFind).some((ino) => BigInt(ino) >= atLeast)).toBe(true);
    // Fewer may be found than there are, but no name of another file.
    for (const report of told) {
      for (const names of Object.values(namesTold(report))) {
        const sameFile = Object.values(byFind).find((all) => all.includes(names[0] ?? ''));
        expect(sameFile).toEqual(expect.arrayContaining(names));
      }
      for (const { path, inode } of report.stageFiles) expect(byFind[inode]).toContain(path);
    }
  });
}

const bound = `${spool}
  mkdir spool/user/glad/loop
  mount --bind spool spool/user/glad/loop
`;
describe('a spool that is mounted in itself', async () => {
  const { title, isSkipped } = await possible(tmpfs, 'has each name once');
  test.skipIf(isSkipped).each([
    ['', 'in a search of the spool'],
    ['--whole-filesystem', 'in a search of the whole filesystem'],
  ])(`${title} %s`, async (more) => {
    // find warns of the loop and does not go round it.
    const { byFind, told } = await scans(tmpfs, bound, more);
    expect(told.map(namesTold)).toEqual([byFind, byFind]);
    expect(told.map((report) => report.complete)).toEqual([true, true]);
    for (const report of told) {
      expect(report.coverage.notEntered).toMatchObject([
        { path: expect.stringMatching(/\/spool\/user\/glad\/loop$/) as string },
      ]);
    }
  });
});

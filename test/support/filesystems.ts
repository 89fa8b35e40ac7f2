/**
 * Filesystems made for a test. Each is mounted in a mount namespace of its own, and all it is made of lies on a tmpfs
 * in there: when the command ends, however it ends, the kernel unmounts everything and frees the loop device.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { neededPrograms } from './needed-programs.ts';

export interface Filesystem {
  readonly name: string;
  /** Debian package by program. */
  readonly needs: Readonly<Record<string, string>>;
  /** Shell that mounts it at "$1"; "$2" is an empty directory for what it is made of. */
  readonly make: string;
}

const image = 'truncate -s';
const loop = 'mount -o loop "$2/image" "$1"';

export const ext4: Filesystem = {
  name: 'ext4',
  needs: { 'mkfs.ext4': 'e2fsprogs' },
  make: `${image} 2G "$2/image"; mkfs.ext4 -q "$2/image"; ${loop}`,
};
/** Every entry is DT_UNKNOWN, as on XFS made before 2014 (ftype=0; kernels of today refuse that). */
export const ext4WithoutTypes: Filesystem = {
  name: 'ext4 whose directories hold no d_type',
  needs: { 'mkfs.ext4': 'e2fsprogs' },
  make: `${image} 2G "$2/image"; mkfs.ext4 -q -O ^filetype "$2/image"; ${loop}`,
};
/** A TiB is one allocation group; new directories go round the groups, and the group is in the inode number. */
export const xfs: Filesystem = {
  name: 'XFS with inode numbers of 34 bits',
  needs: { 'mkfs.xfs': 'xfsprogs' },
  make: `${image} 12T "$2/image"; mkfs.xfs -q -l size=64m "$2/image"; ${loop}`,
};
export const btrfs: Filesystem = {
  name: 'btrfs',
  needs: { 'mkfs.btrfs': 'btrfs-progs' },
  make: `${image} 2G "$2/image"; mkfs.btrfs -q "$2/image" >/dev/null; ${loop}`,
};
export const tmpfs: Filesystem = {
  name: 'tmpfs',
  needs: {},
  make: 'mount -t tmpfs -o inode64 none "$1"',
};
/** All files lie in the upper layer, so that hard links are what they are elsewhere. */
export const overlay: Filesystem = {
  name: 'overlayfs',
  needs: {},
  make: `mkdir "$2/lower" "$2/upper" "$2/work"
    mount -t overlay -o lowerdir="$2/lower",upperdir="$2/upper",workdir="$2/work" none "$1"`,
};
/**
 * An overlay whose layers lie on two filesystems. With xino=on the inode numbers of the lower one have bit 63; with
 * xino=off its files have a device number that no directory has.
 * @param lower  shell that fills the lower layer, in its root
 */
export function overlayOfTwo(lower: string, xino: 'xino=on' | 'xino=off'): Filesystem {
  return {
    name: `overlayfs of two filesystems, ${xino}`,
    needs: { 'mkfs.ext4': 'e2fsprogs' },
    make: `${image} 100M "$2/image"; mkfs.ext4 -q "$2/image"
      mkdir "$2/lower" "$2/upper" "$2/work"; mount -o loop "$2/image" "$2/lower"
      (cd "$2/lower"; ${lower})
      mount -t overlay -o ${xino},lowerdir="$2/lower",upperdir="$2/upper",workdir="$2/work" none "$1"`,
  };
}
/**
 * FUSE whose inode numbers are hashes of 64 bits: nearly all are past 2^53, and half of them past 2^63. Nothing may be
 * cached, or a name shows the link count that it had a second ago. Its process would outlive the mount namespace, and
 * keep it, so it is made to die with the shell.
 */
export const mergerfs: Filesystem = {
  name: 'mergerfs (FUSE) with inode numbers of 64 bits',
  needs: { mergerfs: 'mergerfs', setpriv: 'util-linux', mountpoint: 'mount' },
  make: `mkdir "$2/branch"
    setpriv --pdeathsig KILL \\
      mergerfs -f -o use_ino,inodecalc=devino-hash,cache.attr=0,cache.entry=0,cache.negative_entry=0 "$2/branch" "$1" &
    tries=0
    until mountpoint -q "$1"; do
      tries=$((tries + 1)); [ "$tries" -lt 100 ] || { echo 'mergerfs did not mount' >&2; exit 1; }
      sleep 0.05
    done`,
};

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * @param script  shell that runs in the root of the filesystem; "$1" is that root, "$2" where it is made of
 * @param words   more arguments, from "$3" on
 */
export function runOn(
  filesystem: Filesystem,
  script: string,
  words: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const place = mkdtempSync(`${tmpdir()}/filesystem-`);
  const whole = `
    mount -t tmpfs none "$0"
    mkdir "$0/mnt" "$0/parts"
    chmod 755 "$0"
    set -- "$0/mnt" "$0/parts" "$@"
    ${filesystem.make}
    cd "$1"
    ${script}`;
  const args = ['--mount', '--propagation', 'private', 'sh', '-euc', whole, place, ...words];
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 1 << 28 };
    execFile('unshare', args, options, (error, stdout, stderr) => {
      rmdirSync(place);
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, stdout, stderr });
    });
  });
}

/** @returns the title of its suite, and why it cannot be made here, if it cannot */
export async function possible(
  filesystem: Filesystem,
  title: string,
): Promise<{ readonly title: string; readonly isSkipped: boolean }> {
  const asked = neededPrograms(title, { unshare: 'util-linux', ...filesystem.needs });
  if (asked.missing.length > 0) return { title: asked.title, isSkipped: true };
  const why =
    process.geteuid?.() === 0
      ? (await runOn(filesystem, 'true')).stderr.trim()
      : 'mounting needs root';
  if (why === '') return { title, isSkipped: false };
  const told = `${title} (skipped: ${why})`;
  console.warn(told);
  return { title: told, isSkipped: true };
}

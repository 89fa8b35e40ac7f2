/**
 * Reasons why no owner in a root can be judged by the processes that we see: safety.md 6. A pid means nothing
 * beyond its pid namespace, and a filesystem may be written from where we see nothing.
 */
import { relativeTo, type BytePath } from '../model/byte-path.ts';
import type { Mount } from '../model/mount.ts';
import type { Root } from '../model/partition.ts';
import type { ProcessFacts, ProcessSurvey } from '../model/process.ts';
import { isCyrusMaster, isCyrusProgram } from './cyrus-program.ts';
import { printable } from './process-words.ts';

/** A process of another pid namespace; mounts is absent when they may not be read. */
export interface ForeignProcess {
  readonly process: ProcessFacts;
  readonly mounts?: readonly Mount[];
}

export interface RootDoubts {
  /** Why owners are undecided, in words. */
  readonly owners?: string;
  /** Removing one name copies it up and breaks the link: accounts are never complete there. */
  readonly isOverlay: boolean;
}

/** Filesystems that one kernel has to itself. Anything else may be written by a host that we do not see. */
const local = new Set(
  `aufs bcachefs btrfs cramfs ecryptfs erofs exfat ext2 ext3 ext4 f2fs hfsplus iso9660 jffs2 jfs minix nilfs2
   ntfs3 overlay ramfs reiser4 reiserfs rootfs squashfs tmpfs ubifs udf vfat xfs zfs`.split(/\s+/),
);
const network = new Set(
  `9p acfs afs beegfs ceph cifs coda davfs drvfs gfs gfs2 glusterfs gpfs lustre ncpfs nfs nfs4 ocfs2 orangefs
   panfs prl_fs pvfs2 smb3 smbfs vboxsf virtiofs vmhgfs`.split(/\s+/),
);

/** @param own the mounts of this process, by which the root's path was found */
export function doubtRoot(
  root: Root,
  survey: ProcessSurvey,
  own: readonly Mount[],
  foreign: readonly ForeignProcess[],
): RootDoubts {
  const owners =
    doubtFilesystem(root.filesystem) ?? doubtContainer(survey) ?? doubtForeign(root, own, foreign);
  return {
    ...(owners === undefined ? {} : { owners }),
    isOverlay: root.filesystem === 'overlay' || root.filesystem === 'aufs',
  };
}

/**
 * Processes of other pid namespaces than the one that procfs shows, or of one that may not be known. Those
 * beside us in our own container, when --proc shows the host, are judged by what they are: a shell that started
 * us would otherwise make every owner undecided.
 */
export function foreignProcesses(survey: ProcessSurvey): ProcessFacts[] {
  return [...survey.processes.values()].filter((process) => {
    if (process.isKernelThread === true || process.state === 'Z' || process.state === 'X')
      return false;
    if (process.pidNamespace === undefined) return true;
    if (process.pidNamespace === survey.pidNamespace) return false;
    if (process.pidNamespace !== survey.ownPidNamespace) return true;
    return process.executable === undefined || isCyrusProgram(process);
  });
}

function doubtFilesystem(filesystem: string): string | undefined {
  if (local.has(filesystem)) return undefined;
  if (filesystem === 'unknown') return 'the kind of its filesystem is not known';
  // What lies behind FUSE the kernel does not say.
  const isNetwork = network.has(filesystem) || /^fuse(?:\.|$)/.test(filesystem);
  const why = isNetwork ? 'may be written by other hosts' : 'is not known to be local';
  return `its filesystem (${printable(filesystem)}) ${why}`;
}

/** In a container whose processes include a Cyrus master, that one is taken to run the spool. */
function doubtContainer(survey: ProcessSurvey): string | undefined {
  // A directory that is no procfs has its own doubt, which tells more.
  if (survey.isHostNamespace || survey.bootedNs === undefined) return undefined;
  for (const process of survey.processes.values()) {
    const isHere = process.pidNamespace === survey.pidNamespace;
    if (isHere && process.state !== 'Z' && isCyrusMaster(process)) return undefined;
  }
  return 'inside a container in which no Cyrus master is to be seen';
}

function doubtForeign(
  root: Root,
  own: readonly Mount[],
  foreign: readonly ForeignProcess[],
): string | undefined {
  for (const { process, mounts } of foreign) {
    const name = `process ${process.pid} (${printable(process.comm)})`;
    const where =
      process.pidNamespace === undefined
        ? 'whose pid namespace cannot be read'
        : 'of another pid namespace';
    if (mounts === undefined) return `the mounts of ${name} ${where} cannot be read: run as root`;
    if (canReach(root, own, mounts)) return `${name} ${where} can reach this spool`;
  }
  return undefined;
}

/**
 * Do these mounts hold the directory of `root`, or a part of it? Sharing the device is not enough: containers
 * bind-mount single files of the host's disk (resolv.conf), and on a host of one disk everything would be
 * undecided. mountinfo tells which directory of the filesystem each mount shows, so what is compared is that
 * directory with the spool's place in the same filesystem: the mount reaches the spool when it shows a directory
 * above it, the spool itself, or one below it (a bind of sync. alone). Devices are compared between mountinfo
 * lines and not with st_dev, which btrfs makes up for each subvolume.
 */
export function canReach(root: Root, own: readonly Mount[], mounts: readonly Mount[]): boolean {
  const place = placeOf(root.path, own);
  return mounts.some((mount) => {
    if (upperDirectories(mount).some((directory) => overlaps(directory, root.path))) return true;
    // Without our own mount (a chroot) only the device can be compared.
    if (place === undefined) return mount.device === deviceText(root.dev);
    if (mount.device !== place.device) return false;
    return overlaps(mount.root.replace(/\/\/deleted$/, ''), place.path);
  });
}

/** Where a path lies within its filesystem: the mount with the longest point, of equals the last, which is on top. */
function placeOf(
  path: BytePath,
  own: readonly Mount[],
): { device: string; path: string } | undefined {
  let best: Mount | undefined;
  let rest = '';
  for (const mount of own) {
    const relative = relativeTo(path, mount.point);
    if (relative === undefined || (best && mount.point.length < best.point.length)) continue;
    best = mount;
    rest = relative;
  }
  if (best === undefined) return undefined;
  return { device: best.device, path: rest === '' ? best.root : `${trimmed(best.root)}/${rest}` };
}

/** A container's root is an overlay, a device of its own over directories of the host's disk. */
function upperDirectories(mount: Mount): string[] {
  if (mount.filesystem !== 'overlay') return [];
  return (mount.superOptions ?? []).flatMap((option) =>
    /^(?:upperdir|lowerdir)\+?=/.test(option)
      ? option
          .slice(option.indexOf('=') + 1)
          .split(':')
          .filter((path) => path.startsWith('/'))
      : [],
  );
}

function overlaps(a: string, b: string): boolean {
  const [one, other] = [`${trimmed(a)}/`, `${trimmed(b)}/`];
  return one.startsWith(other) || other.startsWith(one);
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '');
}

/** st_dev as mountinfo writes it. Source: glibc sysmacros.h, gnu_dev_major and gnu_dev_minor. */
function deviceText(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  return `${major.toString()}:${minor.toString()}`;
}

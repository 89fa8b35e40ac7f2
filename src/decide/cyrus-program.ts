/**
 * Is a process one of Cyrus? Whoever is taken for one keeps its stage files, so doubt counts as Cyrus.
 * Names: cyrus-imapd Makefile.am, sbin_PROGRAMS and libexec_PROGRAMS of 2.5 to 3.12; imap/Makefile.in of 2.3;
 * Debian's package adds cyrmaster and cyrdeliver, Fedora's cyrus-master (all begin with "cyr").
 */
import type { ProcessFacts } from '../model/process.ts';

/** Compiled programs only: a Perl tool of Cyrus neither stages nor links. */
const names = new Set(
  `arbitron backupd calalarmd chk_cyrus collectnews compile_sieve ctl_backups ctl_conversationsdb
   ctl_cyrusdb ctl_deliver ctl_mboxlist ctl_zoneinfo cvt_cyrusdb cvt_xlist_specialuse dav_reconstruct deliver
   fetchnews fud httpd idled imapd ipurge lmtpd lmtpproxyd master mbexamine mbpath mbtool mupdate nntpd
   notifyd pop3d pop3proxyd promstatsd proxyd ptdump ptexpire ptloader quota reconstruct relocate_by_id
   restore sievec sieved smmapd squatter sync_client sync_reset sync_server timsieved tls_prune unexpunge
   upgrade-db`.split(/\s+/),
);
/** The kernel keeps 15 bytes of a name. Source: Linux include/linux/sched.h, TASK_COMM_LEN. */
const shortNames = new Set(Array.from(names, (name) => name.slice(0, 15)));

/**
 * Where packages keep programs that share a name with ours: Postfix's master, Courier's imapd and pop3d, Dovecot's
 * deliver. Only system directories: a home directory called postfix proves nothing.
 */
const elsewhere =
  /^\/usr\/(?:local\/)?(?:lib|lib64|libexec)\/(?:[a-z0-9_-]+-linux-gnu\/)?(?:postfix|courier|courier-imap|dovecot|apache2)\//;

/** Loaders and emulators run another program as themselves: its name is among their arguments. */
const carriers = /^(?:ld[.-].*|qemu-.*|valgrind.*|memcheck-.*)$/;

type Program = Pick<ProcessFacts, 'comm' | 'executable' | 'arguments'>;

/** True when in doubt. Also when only the name it was started by is one of Cyrus: a wrapper, an interpreter. */
export function isCyrusProgram({ comm, executable, arguments: words }: Program): boolean {
  if (executable !== undefined && isOfAnotherPackage(executable)) return false;
  if (executable?.split('/').some((part) => part.startsWith('cyr')) === true) return true;
  if (executable !== undefined && isCyrusName(leafOf(executable))) return true;
  if (shortNames.has(comm) || isCyrusName(comm)) return true;
  const carries = executable !== undefined && carriers.test(leafOf(executable));
  return (carries ? words : words.slice(0, 1)).some((word) => isCyrusName(leafOf(titled(word))));
}

/**
 * True only beyond doubt, the other way round: a visible master is what lets owners be judged inside a
 * container, and Postfix has a master too.
 */
export function isCyrusMaster(process: Program): boolean {
  const { executable, arguments: words } = process;
  if (executable === undefined || isOfAnotherPackage(executable)) return false;
  if (!/^(?:cyr|cyrus-)?master(?:[-.]|$)/.test(leafOf(executable))) return false;
  const says = [executable, ...words];
  return says.some((word) => /(?:^|\/)cyr|imapd[^/]*\.conf$|cyrus[^/]*\.conf$/.test(word));
}

/** The files given with -C, which master hands down to its services. */
export function configFilesOf(process: Program): string[] {
  return process.arguments.flatMap((word, index, words) => {
    if (word === '-C') return words.slice(index + 1, index + 2);
    return word.startsWith('-C') ? [word.slice(2)] : [];
  });
}

function isOfAnotherPackage(executable: string): boolean {
  return elsewhere.test(executable);
}

/** imapd, imapd.real, sync_server-2.4 and cyr_expire, not imapdump. */
function isCyrusName(leaf: string): boolean {
  const stem = /^[A-Za-z0-9_]+/.exec(leaf)?.[0] ?? '';
  return names.has(leaf) || names.has(stem) || leaf.startsWith('cyr');
}

/** A title written over the arguments has the name before a colon: "imapd: idling". */
function titled(word: string): string {
  return word.split(': ')[0] ?? '';
}

function leafOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

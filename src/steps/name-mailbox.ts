/** The internal name of a mailbox: of a legacy directory its path, of a uuid directory what cyrus.header says. */
import { join, type BytePath } from '../model/byte-path.ts';
import { FormatError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { MailboxHeader } from '../model/mailbox.ts';
import { isTrouble, isVanished } from '../model/trouble.ts';
import { parseMailboxHeader } from '../parse/mailbox-header.ts';
import { parseMailboxPath } from '../parse/mailbox-path.ts';
import type { Files } from '../system/os.ts';
import type { MailboxLocation } from './locate-mailbox.ts';

/** cyrus.header holds an ACL and flag names; the largest seen on real servers are a few kilobytes. */
const headerAtMost = 1 << 20;

export interface MailboxName {
  /** Undefined for a root, and for a uuid directory whose header does not tell. */
  readonly name?: string;
  readonly uniqueId?: string;
}

/**
 * The name, and only then the header when the path says nothing: in legacy directories the header's name goes
 * stale after RENAME and delayed DELETE, and up to 3.4 it has none.
 */
export function nameOfPlace(
  files: Files,
  location: MailboxLocation,
  findings: Finding[],
): string | undefined {
  const place = parseMailboxPath(location.relative, location.roots.partition.layout);
  if (place?.kind !== 'uuid') return place?.mailbox;
  return readMailboxHeader(files, location, findings)?.name;
}

/** Name and unique id of a mailbox that is opened anyway. */
export function nameMailbox(
  files: Files,
  location: MailboxLocation,
  findings: Finding[],
): MailboxName {
  const place = parseMailboxPath(location.relative, location.roots.partition.layout);
  const header = readMailboxHeader(files, location, findings);
  const name = place?.kind === 'name' ? place.mailbox : header?.name;
  const uniqueId = place?.kind === 'uuid' ? place.uniqueId : header?.uniqueId;
  return {
    ...(name === undefined ? {} : { name }),
    ...(uniqueId === undefined ? {} : { uniqueId }),
  };
}

/** cyrus.header lies beside the messages or on the metapartition, never in the archive. */
function readMailboxHeader(
  files: Files,
  location: MailboxLocation,
  findings: Finding[],
): MailboxHeader | undefined {
  for (const directory of location.directoriesOf('header')) {
    const path: BytePath = join(directory, 'cyrus.header');
    const bytes = files.read(path, headerAtMost);
    if (isTrouble(bytes)) {
      if (!isVanished(bytes)) {
        const detail = `${bytes.syscall}: ${bytes.errno}`;
        findings.push({ code: 'unreadable', path, detail });
      }
      continue;
    }
    try {
      return parseMailboxHeader(bytes);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      findings.push({ code: 'unreadable', path, detail: error.message });
    }
  }
  return undefined;
}

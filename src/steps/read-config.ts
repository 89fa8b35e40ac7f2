/** Configuration files from the disk: an imapd.conf with all that it includes, a cyrus.conf. */
import { asBytes, utf8Of, type BytePath } from '../model/byte-path.ts';
import type { Configuration } from '../model/configuration.ts';
import { ConfigError } from '../model/errors.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { parseCyrusConf, type CyrusEntry } from '../parse/cyrus-conf.ts';
import { parseImapdConf, refusal, type Directive } from '../parse/imapd-conf.ts';
import { parseConfiguration } from '../parse/partitions.ts';
import type { Files } from '../system/os.ts';

/** Far more than any configuration; a log or a mailbox given by mistake is not read whole. */
const limitBytes = 4 * 1024 * 1024;

/**
 * @param file  absolute
 * @param name  as it was given, for messages
 * @throws      ConfigError naming the file, and the line where there is one
 */
export function readConfiguration(files: Files, file: BytePath, name: string): Configuration {
  const text = readText(files, file);
  if (isTrouble(text)) {
    const hint = 'Name another imapd.conf with -C, or name the spool directory itself';
    throw new ConfigError(`${name}: ${whyUnread(text)}. ${hint}`);
  }
  const seen = new Set<string>([file]);
  return parseConfiguration(withIncluded(files, parseImapdConf(text, name), seen), name);
}

export function readCyrusConf(files: Files, file: BytePath, name: string): CyrusEntry[] {
  const text = readText(files, file);
  if (isTrouble(text)) throw new ConfigError(`${name}: ${whyUnread(text)}`);
  return parseCyrusConf(text, name);
}

/**
 * The directives in the order in which Cyrus meets them. Included twice is fatal there (3.6.1: "included twice"),
 * by the name as written; so is a circle, which is the same thing. The CYRUS_PREFIX of a server's environment is
 * not known here.
 */
function withIncluded(
  files: Files,
  directives: readonly Directive[],
  seen: Set<string>,
): Directive[] {
  return directives.flatMap((directive) => {
    if (directive.key !== '@include') return [directive];
    const path = asBytes(directive.value);
    const shown = utf8Of(path) ?? path;
    if (!path.startsWith('/')) {
      // Cyrus opens it below the working directory of each program, which nobody can foresee.
      throw refusal(directive, `@include ${shown} is relative; write the whole path, from /`);
    }
    if (seen.has(path)) {
      throw refusal(directive, `${shown} is included twice. Cyrus refuses this: remove one`);
    }
    seen.add(path);
    const text = readText(files, path);
    if (isTrouble(text)) throw refusal(directive, `@include ${shown}: ${whyUnread(text)}`);
    return withIncluded(files, parseImapdConf(text, shown), seen);
  });
}

/** Files.read() opens no symbolic link, and a configuration is one often enough. */
function readText(files: Files, path: BytePath): string | Trouble {
  const canonical = files.canonical(path);
  if (isTrouble(canonical)) return canonical;
  const bytes = files.read(canonical, limitBytes);
  return isTrouble(bytes) ? bytes : Buffer.from(bytes).toString('latin1');
}

function whyUnread({ errno }: Trouble): string {
  switch (errno) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'no such file';
    case 'EACCES':
      return 'may not be read; run as root or as the user that Cyrus runs as';
    case 'EINVAL':
      return 'is no regular file';
    case 'EFBIG':
      return `is larger than ${limitBytes} bytes, which no configuration is`;
    default:
      return `cannot be read (${errno})`;
  }
}

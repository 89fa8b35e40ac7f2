/** Which imapd.conf files a run reads, from what was typed and what cyrus.conf names. */
import { asBytes, bytePath, utf8Of, type BytePath } from '../model/byte-path.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';
import { readCyrusConf } from './read-config.ts';

export interface ConfigFile {
  /** Absolute. */
  readonly path: BytePath;
  /** As it was given. */
  readonly name: string;
}

/**
 * The files of -C and those that the programs of cyrus.conf are started with, each once.
 *
 * Programs without a -C of their own read the default file, so it belongs to a cyrus.conf that has such, unless
 * -C says which file takes its place.
 */
export function namedConfigFiles(
  files: Files,
  request: {
    readonly configFiles: readonly string[];
    readonly cyrusConf?: string;
    readonly cwd: string;
    readonly defaultConfig: string;
  },
): ConfigFile[] {
  const typed = request.configFiles.map((name) => ({ path: resolved(name, request.cwd), name }));
  if (request.cyrusConf === undefined) return distinct(files, typed);
  const cyrusConf = resolved(request.cyrusConf, request.cwd);
  const entries = readCyrusConf(files, cyrusConf, request.cyrusConf);
  const own = entries.flatMap(({ configFile }) => {
    if (configFile === undefined) return [];
    const path = asBytes(configFile);
    return [{ path, name: utf8Of(path) ?? path }];
  });
  const needsDefault =
    typed.length === 0 && (own.length === 0 || entries.some((entry) => !entry.configFile));
  const fallback = needsDefault
    ? [{ path: bytePath(request.defaultConfig), name: request.defaultConfig }]
    : [];
  return distinct(files, [...typed, ...fallback, ...own]);
}

/** `path` from `cwd`; symbolic links and dots are left to the OS. */
export function resolved(path: string, cwd: string): BytePath {
  return bytePath(path.startsWith('/') ? path : `${cwd}/${path}`);
}

/** Two names of one file are one configuration; what cannot be resolved is kept and told when it is read. */
function distinct(files: Files, named: readonly ConfigFile[]): ConfigFile[] {
  const byPath = new Map<string, ConfigFile>();
  for (const file of named) {
    const canonical = files.canonical(file.path);
    const key = isTrouble(canonical) ? file.path : canonical;
    if (!byPath.has(key)) byPath.set(key, file);
  }
  return [...byPath.values()];
}

/** The hosts that must have sent a report: a name a line, `#` begins a comment, blank lines mean nothing. */
import { ConfigError } from '../model/errors.ts';
import { hostKey } from '../model/fleet.ts';

/**
 * @param file  its name, for messages
 * @returns     each host once, capitals or not
 * @throws      ConfigError naming file and line; also when there is no name, which would expect nothing of anybody
 */
export function parseExpectedHosts(text: string, file: string): string[] {
  const hosts = new Map<string, string>();
  text.split('\n').forEach((line, at) => {
    const name = line.replace(/(?:^|\s)#.*/s, '').trim();
    if (name === '') return;
    // As --host takes it. An inventory with groups, variables or ranges is not such a list.
    // eslint-disable-next-line no-control-regex -- control characters have no place in a name
    if (!/^[^\s\x00-\x1f\x7f#[\]=]{1,253}(?<!:)$/.test(name)) {
      throw new ConfigError(`${file}:${at + 1}: one host name is needed, and nothing else`);
    }
    if (!hosts.has(hostKey(name))) hosts.set(hostKey(name), name);
  });
  if (hosts.size === 0) throw new ConfigError(`${file}: names no host`);
  return [...hosts.values()];
}

/** Which of the hosts that were expected have a report, when one says `mx1` and the other `mx1.example.org`. */
import { hostKey } from '../model/fleet.ts';

export interface HostMatch {
  /** As the list has it. */
  readonly expected: string;
  /** Key of the host whose report it is; absent when there is none. */
  readonly host?: string;
  /** Keys of hosts that it may be, when that is not certain. */
  readonly similar: readonly string[];
}

/**
 * The same name first. A short name and a full one are one host only where nothing else begins alike, neither in the
 * list nor among the reports: taking one host for another would hide that a host is missing.
 *
 * @param expected  names of the list, each once by hostKey()
 * @param present   keys of the hosts that have a report
 */
export function matchHosts(
  expected: readonly string[],
  present: ReadonlySet<string>,
): readonly HostMatch[] {
  const listed = byLabel(expected.map(hostKey));
  const reporting = byLabel([...present]);
  return expected.map((name) => {
    const key = hostKey(name);
    if (present.has(key)) return { expected: name, host: key, similar: [] };
    const label = labelOf(key);
    const similar = (reporting.get(label) ?? []).filter((host) => isShort(host) !== isShort(key));
    const [host] = similar;
    const isOnly = listed.get(label)?.length === 1 && reporting.get(label)?.length === 1;
    return host !== undefined && isOnly
      ? { expected: name, host, similar: [] }
      : { expected: name, similar };
  });
}

function byLabel(keys: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const key of keys) {
    const label = labelOf(key);
    const known = found.get(label);
    if (known === undefined) found.set(label, [key]);
    else known.push(key);
  }
  return found;
}

function labelOf(key: string): string {
  const [label = ''] = key.split('.', 1);
  return label;
}

function isShort(key: string): boolean {
  return !key.includes('.');
}

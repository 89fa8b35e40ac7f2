import { describe, expect, it } from 'vitest';
import {
  refuseOffline,
  runningConfigFiles,
  type HostConfigurations,
} from '../../src/decide/refuse-offline.ts';
import type { ForeignProcess } from '../../src/decide/doubt-root.ts';
import type { ProcessSurvey } from '../../src/model/process.ts';
import { closedProcess, mountOf, processOf, rootOf, surveyOf } from '../support/process-facts.ts';

const here: HostConfigurations = {
  roots: [{ dev: 0xfe01n, ino: 2n, configFile: '/etc/imapd.conf' }],
  unread: [],
};
const own = [mountOf('/')];
const idle = surveyOf([processOf({ pid: 8, comm: 'bash', executable: '/bin/bash' })]);
const busy = surveyOf([processOf({ pid: 9 })]);

function refusal(
  survey: ProcessSurvey,
  host: HostConfigurations = here,
  foreign: readonly ForeignProcess[] = [],
): string | undefined {
  return refuseOffline([rootOf()], host, survey, own, foreign);
}

describe('--offline', () => {
  it('is refused for a spool of this host while a Cyrus process runs, with what to do', () => {
    expect(refusal(busy)).toBe(
      '--offline: /var/spool/cyrus/mail belongs to /etc/imapd.conf of this host, and process 9 is ' +
        '/usr/lib/cyrus/bin/sync_server. Stop Cyrus first, or leave --offline out',
    );
  });

  it('is believed for a spool of this host while no Cyrus process runs', () => {
    expect(refusal(idle)).toBeUndefined();
  });

  it('is believed for a copy of a spool while Cyrus runs on another', () => {
    expect(
      refusal(busy, { roots: [{ dev: 0xfe01n, ino: 3n, configFile: 'x' }], unread: [] }),
    ).toBeUndefined();
  });

  it('is not deceived by the same inode number on another device', () => {
    expect(
      refusal(busy, { roots: [{ dev: 0xfe02n, ino: 2n, configFile: 'x' }], unread: [] }),
    ).toBeUndefined();
  });

  it('is believed when what is left of Cyrus is a zombie', () => {
    expect(refusal(surveyOf([processOf({ pid: 9, state: 'Z' })]))).toBeUndefined();
  });

  it('is refused when processes are hidden, whatever the spool', () => {
    const hidden = surveyOf([], { hidden: '/proc is mounted with hidepid=2' });
    expect(refusal(hidden, { roots: [], unread: [] })).toContain('hidepid=2');
  });

  it('is refused for a process whose program cannot be read but is called like one of Cyrus', () => {
    expect(refusal(surveyOf([closedProcess(9, { comm: 'imapd' })]))).toContain(
      'process 9 is imapd',
    );
  });

  it('is refused when a running Cyrus names a configuration that cannot be read', () => {
    expect(refusal(busy, { roots: [], unread: ['/etc/other.conf'] })).toContain('/etc/other.conf');
  });

  it('is refused inside a container for a spool of its configuration', () => {
    expect(refusal(surveyOf([], { isHostNamespace: false }))).toContain('inside a container');
  });

  it('is refused when a Cyrus in a container can reach the spool', () => {
    const process = processOf({ pid: 70, pidNamespace: '4026532999' });
    const foreign = [{ process, mounts: [mountOf('/data')] }];
    expect(refusal(idle, { roots: [], unread: [] }, foreign)).toContain(
      'in a container that can reach',
    );
  });
});

describe('the configurations of running Cyrus processes', () => {
  it('are named once each, and not by a container, where the name means another file', () => {
    const survey = surveyOf([
      processOf({ pid: 1, arguments: ['master', '-C', '/etc/b.conf'] }),
      processOf({ pid: 2, arguments: ['imapd', '-C', '/etc/b.conf'] }),
      processOf({ pid: 3, arguments: ['sync_server', '-C/etc/a.conf'] }),
      processOf({
        pid: 4,
        arguments: ['gcc', '-C', '/x'],
        comm: 'gcc',
        executable: '/usr/bin/gcc',
      }),
      processOf({ pid: 5, arguments: ['master', '-C', '/etc/c.conf'], pidNamespace: '4026532999' }),
    ]);
    expect(runningConfigFiles(survey)).toEqual(['/etc/a.conf', '/etc/b.conf']);
  });
});

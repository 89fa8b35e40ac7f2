import { describe, expect, it } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import { UsageError } from '../../src/model/errors.ts';
import type { Mount } from '../../src/model/mount.ts';
import type { ProcessSurvey } from '../../src/model/process.ts';
import { guardOffline } from '../../src/steps/guard-offline.ts';
import { mountOf, processOf, rootOf, surveyOf } from '../support/process-facts.ts';

const spool = { dev: 0xfe01n, ino: 2n, configFile: '/etc/imapd.conf' };

function guard(
  survey: ProcessSurvey,
  asked: string[] = [],
  mounts: readonly Mount[] = [],
  roots = [spool],
): void {
  const os = {
    files: { mounts: () => [mountOf('/')] },
    processes: {
      survey: () => survey,
      openFiles: () => ({ holders: new Map(), uninspectable: [] }),
      mountsOf: () => mounts,
    },
  };
  const load = (files: readonly string[]) => {
    asked.push(...files);
    return { roots, unread: [] };
  };
  guardOffline(os, [rootOf()], load, survey);
}

describe('--offline', () => {
  it('is a usage error for a spool of a running Cyrus', () => {
    expect(() => {
      guard(surveyOf([processOf({ pid: 9 })]));
    }).toThrow(UsageError);
  });

  it('passes while no Cyrus runs', () => {
    expect(() => {
      guard(surveyOf());
    }).not.toThrow();
  });

  it('looks into the configuration that a running master names', () => {
    const asked: string[] = [];
    const master = processOf({ pid: 9, arguments: ['master', '-C', '/etc/other.conf'] });
    guard(surveyOf([master]), asked, [], []);
    expect(asked).toEqual(['/etc/other.conf']);
  });

  it('is refused when a running master names its configuration by a relative path', () => {
    const master = processOf({ pid: 9, arguments: ['master', '-C', 'imapd.conf'] });
    expect(() => {
      guard(surveyOf([master]), [], [], []);
    }).toThrow('imapd.conf, by which it runs, cannot be read');
  });

  it('is refused when a Cyrus in a container has the spool mounted', () => {
    const contained = processOf({ pid: 70, pidNamespace: '4026532999' });
    const mount = mountOf('/mail', { root: bytePath('/var/spool/cyrus') });
    expect(() => {
      guard(surveyOf([contained]), [], [mount], []);
    }).toThrow('in a container that can reach');
  });

  it('is not refused for a process in a container that is no Cyrus', () => {
    const contained = processOf({
      pid: 70,
      comm: 'rsync',
      executable: '/usr/bin/rsync',
      pidNamespace: '4026532999',
    });
    expect(() => {
      guard(surveyOf([contained]), [], [mountOf('/mail')], []);
    }).not.toThrow();
  });
});

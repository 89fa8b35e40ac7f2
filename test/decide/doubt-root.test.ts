import { describe, expect, it } from 'vitest';
import { canReach, doubtRoot, foreignProcesses } from '../../src/decide/doubt-root.ts';
import { bytePath } from '../../src/model/byte-path.ts';
import {
  closedProcess,
  mountOf,
  processOf,
  rootOf,
  surveyOf,
  without,
} from '../support/process-facts.ts';

const own = [mountOf('/'), mountOf('/var', { device: '254:2' })];
const container = { pidNamespace: '4026532999', isHostNamespace: false } as const;

function ownersDoubt(...args: Parameters<typeof doubtRoot>): string | undefined {
  return doubtRoot(...args).owners;
}

describe('a filesystem', () => {
  it.each(['ext4', 'xfs', 'btrfs', 'zfs', 'tmpfs', 'overlay'])(
    '%s casts no doubt',
    (filesystem) => {
      expect(ownersDoubt(rootOf({ filesystem }), surveyOf(), own, [])).toBeUndefined();
    },
  );

  it.each([
    'nfs',
    'nfs4',
    'cifs',
    'smb3',
    'ceph',
    'ocfs2',
    'gfs2',
    'lustre',
    '9p',
    'virtiofs',
    'fuse',
    'fuse.sshfs',
  ])('%s may be written by other hosts', (filesystem) => {
    expect(ownersDoubt(rootOf({ filesystem }), surveyOf(), own, [])).toBe(
      `its filesystem (${filesystem}) may be written by other hosts`,
    );
  });

  it('that nobody has heard of is not taken for local', () => {
    expect(ownersDoubt(rootOf({ filesystem: 'newfs' }), surveyOf(), own, [])).toBe(
      'its filesystem (newfs) is not known to be local',
    );
  });

  it('whose kind could not be found out is a doubt', () => {
    expect(ownersDoubt(rootOf({ filesystem: 'unknown' }), surveyOf(), own, [])).toContain(
      'not known',
    );
  });

  it('of overlay kind is told, since it breaks links', () => {
    expect(doubtRoot(rootOf({ filesystem: 'overlay' }), surveyOf(), own, []).isOverlay).toBe(true);
  });
});

describe('inside a container', () => {
  it('owners are doubtful when no Cyrus master is to be seen', () => {
    const imapd = processOf({ pid: 9, executable: '/usr/lib/cyrus/bin/imapd', ...container });
    expect(ownersDoubt(rootOf(), surveyOf([imapd], container), own, [])).toBe(
      'inside a container in which no Cyrus master is to be seen',
    );
  });

  it('owners are judged where a Cyrus master is visible', () => {
    const master = processOf({ pid: 1, executable: '/usr/sbin/cyrmaster', ...container });
    expect(ownersDoubt(rootOf(), surveyOf([master], container), own, [])).toBeUndefined();
  });

  it.each([
    ['the master of Postfix', { executable: '/usr/lib/postfix/sbin/master' }],
    ['a master that has ended', { state: 'Z' }],
    ['a master in a container within', { pidNamespace: '4026533333' }],
  ])('%s does not count', (_, facts) => {
    const master = processOf({ pid: 1, executable: '/usr/sbin/cyrmaster', ...container, ...facts });
    expect(ownersDoubt(rootOf(), surveyOf([master], container), own, [])).toContain(
      'no Cyrus master',
    );
  });
});

describe('processes of other pid namespaces', () => {
  it('are those that do not live where procfs looks', () => {
    const survey = surveyOf([
      processOf({ pid: 1 }),
      processOf({ pid: 2, pidNamespace: '4026532999' }),
      processOf({ pid: 3, pidNamespace: '4026532999', state: 'Z' }),
    ]);
    expect(foreignProcesses(survey).map(({ pid }) => pid)).toEqual([2]);
  });

  it('include one whose namespace cannot be read', () => {
    const unread = without(processOf({ pid: 4 }), 'pidNamespace');
    expect(foreignProcesses(surveyOf([unread]))).toEqual([unread]);
  });

  it('do not include the shell beside us in our own container, but a Cyrus there', () => {
    const beside = { pidNamespace: '4026532999' };
    const survey = surveyOf(
      [
        processOf({ pid: 5, ...beside, comm: 'sh', executable: '/bin/sh' }),
        processOf({ pid: 6, ...beside }),
        closedProcess(7, beside),
      ],
      { ownPidNamespace: '4026532999' },
    );
    expect(foreignProcesses(survey).map(({ pid }) => pid)).toEqual([6, 7]);
  });

  const foreign = processOf({ pid: 70, comm: 'rsync', pidNamespace: '4026532999' });

  it('make owners doubtful when they can reach the spool, and are named', () => {
    const mounts = [mountOf('/data', { device: '254:2', root: bytePath('/spool') })];
    expect(ownersDoubt(rootOf(), surveyOf(), own, [{ process: foreign, mounts }])).toBe(
      'process 70 (rsync) of another pid namespace can reach this spool',
    );
  });

  it('make owners doubtful when their mounts cannot be read', () => {
    expect(ownersDoubt(rootOf(), surveyOf(), own, [{ process: foreign }])).toContain('run as root');
  });

  it('cast no doubt when they hold the device but not the spool', () => {
    const mounts = [
      mountOf('/etc/resolv.conf', { device: '254:2', root: bytePath('/lib/x/resolv.conf') }),
    ];
    expect(ownersDoubt(rootOf(), surveyOf(), own, [{ process: foreign, mounts }])).toBeUndefined();
  });
});

describe('a mount reaches the spool', () => {
  // The spool is /var/spool/cyrus/mail, so /spool/cyrus/mail of the filesystem on /var.
  const shows = (root: string, device = '254:2') => [
    mountOf('/x', { device, root: bytePath(root) }),
  ];

  it.each(['/', '/spool', '/spool/cyrus/mail', '/spool/cyrus/mail/sync.', '/spool//deleted'])(
    'when it shows %s of its filesystem',
    (root) => {
      expect(canReach(rootOf(), own, shows(root))).toBe(true);
    },
  );

  it.each(['/spool/cyrus/mail2', '/spo', '/var/spool/cyrus/mail', '/lib/docker/volumes/x'])(
    'but not when it shows %s of its filesystem',
    (root) => {
      expect(canReach(rootOf(), own, shows(root))).toBe(false);
    },
  );

  it('but not when it is of another device', () => {
    expect(canReach(rootOf(), own, shows('/', '254:1'))).toBe(false);
  });

  it('by the mount on top where two are mounted on one point', () => {
    const twice = [...own, mountOf('/var', { device: '254:3' })];
    expect(canReach(rootOf(), twice, shows('/', '254:3'))).toBe(true);
  });

  it('when our own view of the spool is a bind mount', () => {
    const bound = [mountOf('/'), mountOf('/var/spool/cyrus/mail', { root: bytePath('/srv/mail') })];
    expect(canReach(rootOf(), bound, shows('/srv', '254:1'))).toBe(true);
  });

  it('by its device where our own mount is not in the table', () => {
    expect(canReach(rootOf(), [], shows('/elsewhere', '254:1'))).toBe(true);
  });

  it('when the spool lies in the upper directory of a container', () => {
    const upper = bytePath('/lib/overlay2/x/diff');
    const root = rootOf({ path: bytePath('/lib/overlay2/x/diff/var/spool') });
    const superOptions = ['rw', 'lowerdir=l/A:l/B', `upperdir=${upper}`];
    const mounts = [mountOf('/', { device: '0:55', filesystem: 'overlay', superOptions })];
    expect(canReach(root, own, mounts)).toBe(true);
  });
});

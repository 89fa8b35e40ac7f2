import { describe, expect, it } from 'vitest';
import { configFilesOf, isCyrusMaster, isCyrusProgram } from '../../src/decide/cyrus-program.ts';

const program = (executable: string | undefined, comm = 'x', words: readonly string[] = []) => ({
  comm,
  arguments: words,
  ...(executable === undefined ? {} : { executable }),
});

describe('a Cyrus program', () => {
  it.each([
    '/usr/lib/cyrus/bin/sync_server',
    '/usr/lib/cyrus-imapd/lmtpd',
    '/usr/libexec/imapd',
    '/usr/sbin/cyrmaster',
    '/opt/cyrus-3.8/libexec/renamed',
    '/usr/local/sbin/imapd.real',
    '/srv/bin/sync_client-2.4',
    '/home/postfix/bin/master',
    '/usr/sbin/httpd',
  ])('%s is taken for one', (path) => {
    expect(isCyrusProgram(program(path))).toBe(true);
  });

  it.each([
    '/usr/lib/postfix/sbin/master',
    '/usr/libexec/courier-imap/imapd',
    '/usr/lib/x86_64-linux-gnu/courier/pop3d',
    '/usr/libexec/dovecot/deliver',
    '/bin/sleep',
    '/usr/bin/imapdump',
  ])('%s is none', (path) => {
    expect(isCyrusProgram(program(path))).toBe(false);
  });

  it('keeps the name of a package of its own even when the kernel calls it master', () => {
    expect(isCyrusProgram(program('/usr/lib/postfix/sbin/master', 'master'))).toBe(false);
  });

  it('is recognised by the 15 bytes that the kernel keeps of a long name', () => {
    expect(isCyrusProgram(program('/usr/bin/env', 'ctl_conversatio'))).toBe(true);
  });

  it('is recognised through a wrapper by the name it was started by', () => {
    expect(isCyrusProgram(program('/bin/bash', 'wrap', ['imapd: idling']))).toBe(true);
  });

  it('is recognised among the arguments of an emulator', () => {
    const words = ['qemu-aarch64', '-0', 'x', '/srv/bin/sync_server'];
    expect(isCyrusProgram(program('/usr/bin/qemu-aarch64', 'qemu-aarch64', words))).toBe(true);
  });

  it('is not an editor that has one open', () => {
    expect(isCyrusProgram(program('/usr/bin/vim', 'vim', ['vim', 'sync_server']))).toBe(false);
  });
});

describe('a Cyrus master', () => {
  it.each([
    ['/usr/sbin/cyrmaster', []],
    ['/usr/lib/cyrus/bin/master', []],
    ['/usr/libexec/cyrus-imapd/cyrus-master', []],
    ['/usr/local/libexec/master', ['master', '-C', '/etc/imapd.conf']],
  ])('%s is one', (path, words) => {
    expect(isCyrusMaster(program(path, 'master', words))).toBe(true);
  });

  it.each([
    '/usr/lib/postfix/sbin/master',
    '/usr/local/libexec/master',
    '/usr/lib/cyrus/bin/imapd',
  ])('%s is none beyond doubt', (path) => {
    expect(isCyrusMaster(program(path, 'master'))).toBe(false);
  });

  it('is none when only its name says so', () => {
    expect(isCyrusMaster(program(undefined, 'cyrmaster'))).toBe(false);
  });
});

describe('the configurations of a process', () => {
  it('are given with -C, apart or attached', () => {
    const words = ['master', '-C', '/etc/a.conf', '-d', '-C/etc/b.conf', '-C'];
    expect(configFilesOf(program('/x', 'x', words))).toEqual(['/etc/a.conf', '/etc/b.conf']);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/model/errors.ts';
import { parseCyrusConf } from '../../src/parse/cyrus-conf.ts';

const text = `
START { # a comment
  recover cmd="/usr/sbin/cyrus ctl_cyrusdb -r -C /etc/one.conf"
}
Services {
  imap   listen="imap" cmd="imapd -s -C/etc/two.conf" prefork=0
# imaps cmd="imapd -C /etc/off.conf" listen="imaps"
  lmtp   cmd="/usr/lib/cyrus/bin/lmtpd -a" listen="127.0.0.1:24"
}
EVENTS {
  expire cmd="cyr_expire -EC /etc/three.conf" at=0401
}
OTHER {
  imap cmd="imapd -C /etc/never.conf"
}
DAEMON {
  idled cmd=idled
}
`;

function filesOf(entry: string): (string | undefined)[] {
  return parseCyrusConf(`SERVICES {\n${entry}\n}\n`, 'cyrus.conf').map((one) => one.configFile);
}

describe('a cyrus.conf', () => {
  test('names the programs of its four sections, with the file that each reads', () => {
    const found = parseCyrusConf(text, 'cyrus.conf');
    expect(found.map((one) => [one.section, one.name, one.program, one.configFile])).toEqual([
      ['START', 'recover', 'ctl_cyrusdb', '/etc/one.conf'],
      ['SERVICES', 'imap', 'imapd', '/etc/two.conf'],
      ['SERVICES', 'lmtp', 'lmtpd', undefined],
      ['EVENTS', 'expire', 'cyr_expire', '/etc/three.conf'],
      ['DAEMON', 'idled', 'idled', undefined],
    ]);
  });

  test('gives every entry its line', () => {
    expect(parseCyrusConf(text, 'cyrus.conf').map(({ line }) => line)).toEqual([3, 6, 8, 11, 17]);
  });

  test('lets the last -C of a command count, like getopt', () => {
    expect(filesOf('imap cmd="imapd -C /a -C /b"')).toEqual(['/b']);
  });

  test('does not take -p 2C for a configuration', () => {
    expect(filesOf('imap cmd="imapd -pC 2"')).toEqual([undefined]);
  });

  test('keeps a path whose bytes are not ASCII', () => {
    expect(filesOf('imap cmd="imapd -C /\xc3\xa0"')).toEqual(['/\xc3\xa0']);
  });

  test('ends a comment sign even a quoted command', () => {
    expect(() => filesOf('imap cmd="imapd #" listen="imap"')).toThrow(
      /cyrus\.conf:2: imap: .*quote/,
    );
  });

  test('refuses a relative -C with the line', () => {
    expect(() => filesOf('imap cmd="imapd -C imapd.conf"')).toThrow(/cyrus\.conf:2: .*relative/);
  });

  test('never makes the parser throw anything but a ConfigError', () => {
    const line = fc.oneof(
      fc.constantFrom('SERVICES {', '}', 'a cmd="', 'a cmd=-C', '#', 'b cmd="x -C /y" }'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        try {
          parseCyrusConf(lines.join('\n'), 'cyrus.conf');
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});

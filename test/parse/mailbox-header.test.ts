import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/model/errors.ts';
import { parseHeaderName, parseMailboxHeader } from '../../src/parse/mailbox-header.ts';
import { composeDlistHeader, composeHeader, composeTextHeader } from '../support/mailbox-writer.ts';

const magic = composeHeader('');
const parse = (rest: string) => parseMailboxHeader(composeHeader(rest));
/** Where the FormatError of a header says that it went wrong, counted after the magic. */
const errorAt = (rest: string): number => {
  try {
    parse(rest);
  } catch (error) {
    if (error instanceof FormatError) return error.at - magic.length;
    throw error;
  }
  throw new Error('was accepted');
};

describe('a text header (up to 3.4)', () => {
  it('gives quota root, unique id, flags and ACL, and no name', () => {
    expect(
      parse('user.fred\t6f2c7a4e45d1b0c9\n$Forwarded Junk \nfred\tlrswipcda\tanyone\tp\t\n'),
    ).toEqual({
      era: 'text',
      quotaRoot: 'user.fred',
      uniqueId: '6f2c7a4e45d1b0c9',
      legacyDirs: true,
      flagNames: ['$Forwarded', 'Junk'],
      acl: [
        { identifier: 'fred', rights: 'lrswipcda' },
        { identifier: 'anyone', rights: 'p' },
      ],
    });
  });

  it('may have neither quota root nor id', () => {
    expect(parse('\n\n\n')).toEqual({ era: 'text', legacyDirs: true, flagNames: [], acl: [] });
  });

  it('takes the id up to a second TAB', () => {
    expect(parse('\tabc\tmore\n\n\n').uniqueId).toBe('abc');
  });

  it('keeps the numbers of the flags behind one that is gone', () => {
    expect(parse('\tabc\na  c\n\n').flagNames).toEqual(['a', undefined, 'c']);
  });

  it('has no more flags than a record has bits', () => {
    expect(parse(`\tabc\n${'f '.repeat(1000)}\n\n`).flagNames).toHaveLength(128);
  });

  it.each([
    ['', 0],
    ['\tabc', 4],
    ['\tabc\nflag \n', 11],
    ['\tabc\n\nfred\tlrs', 14],
  ])('is refused when it ends inside a line: %j', (rest, at) => {
    expect(errorAt(rest)).toBe(at);
  });
});

describe('a dlist header (3.6 and later)', () => {
  it('gives the internal name and the rest', () => {
    const rest =
      '%(T e N user.yann I hzd8epkxopgys9mu2yygwejt Q user.yann A %(yann lrswi anyone p) U ($Forwarded NIL Wichtig))\n';
    expect(parse(rest)).toEqual({
      era: 'dlist',
      name: 'user.yann',
      uniqueId: 'hzd8epkxopgys9mu2yygwejt',
      quotaRoot: 'user.yann',
      legacyDirs: false,
      mailboxType: 'e',
      flagNames: ['$Forwarded', undefined, 'Wichtig'],
      acl: [
        { identifier: 'yann', rights: 'lrswi' },
        { identifier: 'anyone', rights: 'p' },
      ],
    });
  });

  it('says by the letter l that the directory is found by the name', () => {
    expect(parse('%(T el N user.a I x)\n').legacyDirs).toBe(true);
  });

  it('reads quoted names with escapes', () => {
    expect(parse('%(N "a \\"b\\" \\\\ (c)" I x)\n').name).toBe('a "b" \\ (c)');
  });

  it.each(['{6}', '{6+}'])('reads a name written as literal %s', (count) => {
    expect(parse(`%(N ${count}\r\na)\n\xe9"b I x)\n`)).toMatchObject({
      name: 'a)\n\xe9"b',
      uniqueId: 'x',
    });
  });

  it('tells the name NIL from no name', () => {
    expect(parse('%(N "NIL" I NIL)\n')).toMatchObject({ name: 'NIL' });
    expect(parse('%(N NIL I NIL)\n')).not.toHaveProperty('name');
  });

  it('passes over keys of later releases', () => {
    expect(parse('%(X %(a (b c)) I x Y ())\n').uniqueId).toBe('x');
  });

  it.each([
    ['%', 1],
    ['%{a}\n', 1],
    ['%(N user.fred', 13],
    ['%(N  I x)\n', 4],
    ['%(N "user', 9],
    ['%(N "user\\', 10],
    ['%(N {9999999999}\r\n I x)\n', 7],
    ['%(N {90}\r\nabc I x)\n', 10],
    ['%(N {3}abc I x)\n', 7],
    ['%(N a I x)', 10],
    ['%(N a I x) junk\n', 10],
  ])('is refused where it stops making sense: %j', (rest, at) => {
    expect(errorAt(rest)).toBe(at);
  });

  it('does not exhaust the stack with a file of brackets', () => {
    expect(errorAt(`%(N ${'('.repeat(1_000_000)}`)).toBe(36);
  });
});

it('a file with another first line is no cyrus.header', () => {
  for (const at of [0, 3, 40, magic.length - 1]) {
    const bytes = composeHeader('\tid\n\n\n');
    bytes[at] = 0;
    expect(() => parseMailboxHeader(bytes)).toThrow(`(at byte ${at})`);
  }
  expect(() => parseMailboxHeader(new Uint8Array(0))).toThrow('(at byte 0)');
});

describe('a composed header comes back', () => {
  const flag = fc.stringMatching(/^[a-zA-Z$_]{1,12}$/);
  const common = {
    uniqueId: fc.stringMatching(/^[0-9a-f]{16}$/),
    quotaRoot: fc.stringMatching(/^[a-z.]{1,20}$/),
    flags: fc.uniqueArray(flag, { maxLength: 5 }),
    acl: fc.uniqueArray(
      fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.constantFrom('lrs', 'lrswip')),
      {
        maxLength: 4,
        selector: ([who]) => who,
      },
    ),
  };
  const aclOf = (acl: readonly (readonly [string, string])[]) =>
    acl.map(([identifier, rights]) => ({ identifier, rights }));

  it('from text', () => {
    fc.assert(
      fc.property(fc.record(common), (header) => {
        const { uniqueId, quotaRoot, flags, acl } = header;
        expect(parseMailboxHeader(composeTextHeader(header))).toEqual({
          era: 'text',
          uniqueId,
          quotaRoot,
          legacyDirs: true,
          flagNames: flags,
          acl: aclOf(acl),
        });
      }),
    );
  });

  it('from a dlist, whatever bytes its name has', () => {
    const name = fc
      .uint8Array({ minLength: 1, maxLength: 40 })
      .map((bytes) => Buffer.from(bytes).toString('latin1'));
    fc.assert(
      fc.property(
        fc.record({ ...common, name, type: fc.constantFrom('e', 'el', 'c') }),
        (header) => {
          const { uniqueId, quotaRoot, flags, acl, type } = header;
          expect(parseMailboxHeader(composeDlistHeader(header))).toEqual({
            era: 'dlist',
            uniqueId,
            name: header.name,
            quotaRoot,
            legacyDirs: type.includes('l'),
            mailboxType: type,
            flagNames: flags,
            acl: aclOf(acl),
          });
        },
      ),
    );
  });
});

it('the header of a real mailbox of 3.13 gives its name in modified UTF-7', () => {
  const file = new URL(
    '../../fixtures/index/cyrus-3.13.7/spool/uuid/8/2/82061087-429d-423a-b28c-d20fb404dfc6/cyrus.header',
    import.meta.url,
  );
  expect(parseMailboxHeader(readFileSync(file))).toEqual({
    era: 'dlist',
    mailboxType: 'e',
    name: 'user.gold.Gr&APYA3w-e (v20) &- mehr',
    uniqueId: '82061087-429d-423a-b28c-d20fb404dfc6',
    legacyDirs: false,
    acl: [{ identifier: 'gold', rights: 'lrswipkxtecdan' }],
    flagNames: ['$Forwarded', 'Wichtig'],
  });
});

describe('the name alone', () => {
  const text = composeTextHeader({ quotaRoot: 'user.a', uniqueId: 'id', flags: ['x'], acl: [] });
  const dlist = composeDlistHeader({
    type: 'e',
    name: 'user.a b',
    uniqueId: 'id',
    quotaRoot: '',
    flags: [],
    acl: [['a', 'lrs']],
  });

  const outcome = (parse: () => string | undefined): string | undefined => {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return `refused: ${error.message}`;
    }
  };

  it.each([
    ['a text header', text],
    ['a dlist header', dlist],
  ])('of %s is what the whole says, wherever it is cut or changed', (_, header) => {
    for (let length = 0; length <= header.length; length += 1) {
      const changed = Buffer.from(header);
      if (length < header.length) changed[length] = 0x29;
      for (const bytes of [header.subarray(0, length), changed]) {
        const whole = outcome(() => parseMailboxHeader(bytes).name);
        expect(outcome(() => parseHeaderName(bytes))).toBe(whole);
      }
    }
  });
});

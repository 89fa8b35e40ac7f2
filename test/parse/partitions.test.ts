import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/model/errors.ts';
import type { Configuration } from '../../src/model/configuration.ts';
import { parseImapdConf } from '../../src/parse/imapd-conf.ts';
import { parseConfiguration } from '../../src/parse/partitions.ts';

const folder = new URL('../../fixtures/imapd-conf/', import.meta.url);
const fixtures = readdirSync(folder).filter((name) => name.endsWith('.conf'));

function configurationOf(text: string): Configuration {
  return parseConfiguration(parseImapdConf(text, 'imapd.conf'), 'imapd.conf');
}

/** As JSON has it: a map becomes an object. */
function outcomeOf(name: string): unknown {
  try {
    const text = readFileSync(new URL(name, folder), 'latin1');
    const { partitions, ...rest } = parseConfiguration(parseImapdConf(text, name), name);
    return {
      ...rest,
      partitions: partitions.map((one) => ({
        ...one,
        metadata: Object.fromEntries(one.metadata),
      })),
    };
  } catch (error) {
    if (error instanceof ConfigError) return { error: error.message };
    throw error;
  }
}

describe('a configuration in the folder of golden pairs', () => {
  test.each(fixtures)('%s is read as its JSON says', (name) => {
    const golden = new URL(name.replace(/conf$/, 'json'), folder);
    expect(outcomeOf(name)).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });
});

const key = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,11}$/);
const path = fc.stringMatching(/^\/[!-.0-Z_a-z][ -.0-~]{0,20}[!-.0-Z_a-z]$/);
const lines = fc.array(
  fc.oneof(
    fc.constantFrom(
      '#',
      '\\',
      '@include: /x',
      'virtdomains: on',
      'partition-a: /a',
      'imap_partition-a: /b',
      'archivepartition-a: c',
      'metadir-index-a: /i',
      'metapartition_files: index',
      '{',
      ':',
      '\0',
      '\r',
    ),
    fc.string({ unit: 'binary' }),
  ),
);

describe('parsing', () => {
  test('never throws anything but a ConfigError, whatever the text', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom('\n', '\r\n', '\\\n', ''), (parts, end) => {
        try {
          configurationOf(parts.join(end));
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });

  test('gives back every partition of a clean file, under its name', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(key, path), { selector: ([name]) => name, minLength: 1 }),
        (wanted) => {
          const text = wanted.map(([name, value]) => `partition-${name}: ${value}\n`).join('');
          const found = configurationOf(text).partitions.filter((one) => one.data !== undefined);
          expect(found.map(({ name, data }) => [name, data])).toEqual(wanted);
        },
      ),
    );
  });
});

describe('an error', () => {
  test('names file and line of both when a key comes twice', () => {
    const text = 'partition-a: /a\n\nfoo: 1\n# x\nfoo: 1\n';
    expect(() => configurationOf(text)).toThrow(/imapd\.conf:5: foo comes twice.*imapd\.conf:3/);
  });
});

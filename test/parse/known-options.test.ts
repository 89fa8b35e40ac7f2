import { describe, expect, test } from 'vitest';
import { optionOf } from '../../src/parse/known-options.ts';

describe('a key of imapd.conf', () => {
  test.each([
    ['hashimapspool', { service: '', option: 'hashimapspool' }],
    ['sync_server_hashimapspool', { service: 'sync_server', option: 'hashimapspool' }],
    ['imap_metapartition_files', { service: 'imap', option: 'metapartition_files' }],
    ['partition-a_b', { service: '', option: 'partition-a_b', partition: 'a_b' }],
    ['imap_partition-a', { service: 'imap', option: 'partition-a', partition: 'a' }],
    ['metadir-dav-a', { service: '', option: 'metadir-dav-a', partition: 'a' }],
  ])('%s is an option about where mail lies', (key, option) => {
    expect(optionOf(key)).toEqual(option);
  });

  test.each([
    'backuppartition-a',
    't1searchpartition-a',
    'metadir-lock-a',
    'partition-',
    'hashimapspool_',
    'sasl_mech_list',
  ])('%s says nothing about where mail lies', (key) => {
    expect(optionOf(key)).toBeUndefined();
  });
});

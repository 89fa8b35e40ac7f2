/** The items of a check in words, for the line of a plugin and for `detail` in JSON. */
import type { CheckItem, CheckItemName, CheckPart } from '../model/check.ts';
import { age, bytes, count, many } from './quantities.ts';
import { quoteMailbox } from './quote.ts';

/** Those whose words do not begin with their number are told by itemWords() itself. */
type CountedItem = CheckItem & { readonly name: Exclude<CheckItemName, 'age' | 'bytes'> };

/** What the number is of, without a full stop: "12 orphans (11 in default sync., 1 in default stage.)". */
export function itemWords(item: CheckItem): string {
  const { name, value } = item;
  const least = item.isAtLeast ? 'at least ' : '';
  if (name === 'age') return `oldest orphan ${least}${age(value)}`;
  if (name === 'bytes') return `orphans of ${least}${bytes(value)}`;
  return least + wordsOf({ ...item, name });
}

function wordsOf({ name, value, parts }: CountedItem): string {
  switch (name) {
    case 'damaged':
      return `${none(value, 'damaged message')} among those that share an inode with a stage file`;
    case 'audit_damaged':
      return `${none(value, 'damaged message')} in the audit`;
    case 'orphans':
      return none(value, 'orphan') + within(parts.map(placeWords));
    case 'last_names':
      return value === 0
        ? 'every orphan has another name'
        : `${many(value, 'orphan')} without another name`;
    case 'unseen':
      return value === 0 ? 'every name was found' : `${many(value, 'name')} not found`;
    case 'undecided':
      return `${none(value, 'stage file')} undecided`;
    case 'unknown_names':
      return `${none(value, 'name')} in stage areas that Cyrus does not give`;
    case 'reused_pids':
      return `${none(value, 'stale directory', 'stale directories')} whose pid a Cyrus process has again`;
    case 'empty_directories':
      return none(value, 'empty pid directory', 'empty pid directories');
    case 'mailboxes':
      return none(value, 'mailbox', 'mailboxes') + within(parts.map(versionWords));
    case 'old_indexes':
      return `${none(value, 'index', 'indexes')} that Cyrus 2.4 and later rewrite when they open them${within(parts.map(versionWords))}`;
    case 'old_expunges':
      return `${none(value, 'mailbox', 'mailboxes')} with a cyrus.expunge that Cyrus 2.4 and later delete with its messages`;
    case 'newer_indexes':
      return `${none(value, 'index', 'indexes')} newer than the version to upgrade to${within(parts.map(versionWords))}`;
    case 'without_guid':
      return `${none(value, 'record')} without a digest`;
    case 'leftover_new':
      return `${none(value, 'leftover')} of an interrupted rewrite (*.NEW, squatter)`;
    case 'quarantine_files':
      return value === 0
        ? 'nothing in quarantine'
        : `${many(value, 'file')} in quarantine, not purged yet`;
    case 'quarantine_bytes':
      return `${bytes(value)} in quarantine`;
    case 'audit_checked':
      return `${none(value, 'message')} audited`;
    case 'audit_missing':
      return `${none(value, 'record')} without a file`;
    case 'audit_unindexed':
      return `${none(value, 'message file')} without a record`;
    case 'audit_unverifiable':
      return `${none(value, 'message')} that nothing here can verify`;
    case 'corrupt_indexes':
      return value === 0
        ? 'every index that was read could be understood'
        : `${many(value, 'index', 'indexes')} that could not be understood`;
    case 'unreadable':
      return value === 0
        ? 'every place could be looked at'
        : `${many(value, 'place')} that could not be looked at`;
  }
}

function none(value: number, one: string, several?: string): string {
  return value === 0 ? `no ${several ?? `${one}s`}` : many(value, one, several);
}

function placeWords({ partition = '', area = '', value }: CheckPart): string {
  return `${count(value)} in ${quoteMailbox(partition)} ${area}.`;
}

function versionWords({ version = 0, value }: CheckPart): string {
  return `${count(value)} of version ${version}`;
}

function within(words: readonly string[]): string {
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

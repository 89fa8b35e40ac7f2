/**
 * The link accounts of very many inodes: what their names have in common once, the rest in columns. As objects of its own
 * an account with two names is 300 bytes, and here 100.
 */
import type { BytePath } from './byte-path.ts';
import { InodeTables } from './inode-tables.ts';
import type { InodeId } from './inode.ts';
import type { Directory, Link, LinkAccount, UnseenReason } from './link.ts';
import { messageLeafOf } from './mailbox-name.ts';
import { NumberColumn } from './number-column.ts';

/** What a link is beside its name. The messages of one mailbox share one, and what is wrong with few has one more. */
type Form = Omit<Link, 'leaf' | 'messageUid'>;

export class AccountBook {
  readonly #numbers: InodeTables;
  /** By the number of the inode: position of its account from 1 on, or 0. */
  readonly #positions = new NumberColumn();
  /** Made when somebody asks: the book is full by then, and what it was made from is gone. */
  #asked: (LinkAccount | undefined)[] = [];
  readonly #expected = new NumberColumn();
  /** Where the links of each account begin; they end where those of the next one do. */
  readonly #begin = new NumberColumn();
  /** Position in `#reasonLists`; 0 of an account that is complete. */
  readonly #reasons = new NumberColumn();
  readonly #reasonLists: (readonly UnseenReason[])[] = [[]];
  readonly #formOf = new NumberColumn();
  /** The uid of a message, which says its leaf, or the leaf. */
  readonly #names: (number | BytePath)[] = [];
  readonly #forms: Form[] = [];
  readonly #formsIn = new Map<Directory, number[]>();
  /** Of the account that was asked for last: whoever weighs it asks several times. */
  #lastAt = -1;
  #lastLinks: readonly Link[] = [];

  /** @param numbers  of its inodes, where somebody has them already; else it makes its own */
  constructor(numbers = new InodeTables()) {
    this.#numbers = numbers;
  }

  /** One object for each inode, whoever asks. */
  get(id: InodeId): LinkAccount | undefined {
    const number = this.#numbers.find(id);
    const at = number < 0 ? -1 : this.#positions.at(number) - 1;
    if (at < 0) return undefined;
    if (this.#asked.length < this.#expected.length) {
      const asked = this.#asked;
      // Of exact length: one that grows takes half as much again.
      this.#asked = Array.from({ length: this.#expected.length }, (_, nth) => asked[nth]);
    }
    return (this.#asked[at] ??= new BookedAccount(this, at));
  }

  /** @param id  of which there is no account yet */
  add(id: InodeId, { expected, complete, reasons, links }: LinkAccount): void {
    const at = this.#expected.push(expected);
    this.#begin.push(this.#names.length);
    this.#reasons.push(complete ? 0 : this.#reasonsNumber(reasons));
    for (const link of links) {
      const { leaf, messageUid } = link;
      this.#formOf.push(this.#formNumber(link));
      this.#names.push(messageUid === undefined ? leaf : messageUid);
    }
    const number = this.#numbers.put(id, at);
    while (this.#positions.length <= number) this.#positions.push(0);
    this.#positions.set(number, at + 1);
  }

  expectedAt(at: number): number {
    return this.#expected.at(at);
  }

  isCompleteAt(at: number): boolean {
    return this.#reasons.at(at) === 0;
  }

  reasonsAt(at: number): readonly UnseenReason[] {
    return this.#reasonLists[this.#reasons.at(at)] ?? [];
  }

  linksAt(at: number): readonly Link[] {
    if (at === this.#lastAt) return this.#lastLinks;
    const begin = this.#begin.at(at);
    const end = at + 1 < this.#begin.length ? this.#begin.at(at + 1) : this.#names.length;
    const links: Link[] = new Array<Link>(end - begin);
    for (let to = begin; to < end; to += 1) links[to - begin] = this.#link(to);
    this.#lastAt = at;
    this.#lastLinks = links;
    return links;
  }

  #link(at: number): Link {
    const form = this.#forms[this.#formOf.at(at)];
    const name = this.#names[at];
    if (form === undefined || name === undefined) throw new Error('no such link');
    const { directory, kind, mailbox, status, codes } = form;
    // Made whole: by spreading it takes ten times as long.
    if (typeof name === 'string') {
      return mailbox === undefined && status === undefined && form.isLeaving === undefined
        ? { directory, leaf: name, kind, codes }
        : { ...form, leaf: name };
    }
    const leaf = messageLeafOf(name);
    return mailbox === undefined || status === undefined || form.isLeaving !== undefined
      ? { ...form, leaf, messageUid: name }
      : { directory, leaf, kind, mailbox, messageUid: name, status, codes };
  }

  #reasonsNumber(reasons: readonly UnseenReason[]): number {
    const words = reasons.join();
    const known = this.#reasonLists.findIndex((list, at) => at > 0 && list.join() === words);
    return known > 0 ? known : this.#reasonLists.push(reasons) - 1;
  }

  #formNumber(link: Link): number {
    let numbers = this.#formsIn.get(link.directory);
    if (numbers === undefined) {
      numbers = [];
      this.#formsIn.set(link.directory, numbers);
    }
    for (const number of numbers) {
      const form = this.#forms[number];
      if (form !== undefined && isOfForm(link, form)) return number;
    }
    const number = this.#forms.push(formOf(link)) - 1;
    numbers.push(number);
    return number;
  }
}

class BookedAccount implements LinkAccount {
  readonly #book: AccountBook;
  readonly #at: number;

  constructor(book: AccountBook, at: number) {
    this.#book = book;
    this.#at = at;
  }

  get expected(): number {
    return this.#book.expectedAt(this.#at);
  }

  get complete(): boolean {
    return this.#book.isCompleteAt(this.#at);
  }

  get reasons(): readonly UnseenReason[] {
    return this.#book.reasonsAt(this.#at);
  }

  get links(): readonly Link[] {
    return this.#book.linksAt(this.#at);
  }
}

function formOf({ directory, kind, mailbox, status, isLeaving, codes }: Link): Form {
  return {
    ...{ directory, kind, codes },
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(status === undefined ? {} : { status }),
    ...(isLeaving === undefined ? {} : { isLeaving }),
  };
}

/** There are a few hundred lists of codes at most, so a mailbox has few forms, however many messages. */
function isOfForm(link: Link, form: Form): boolean {
  return (
    link.kind === form.kind &&
    link.status === form.status &&
    link.isLeaving === form.isLeaving &&
    link.mailbox === form.mailbox &&
    (link.codes === form.codes || link.codes.join() === form.codes.join())
  );
}

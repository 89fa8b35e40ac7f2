/** The directory that is being read. A string is made of its path only where one is wanted. */
import type { BytePath } from '../../model/byte-path.ts';
import type { PathBytes } from './directory-stack.ts';

export class Place {
  readonly fd: number;
  /** Of this directory as long as it is read. */
  readonly #path: PathBytes;
  /** Position in Scope.wanted of the device it is on. */
  readonly table: number;
  readonly low: number;
  readonly high: number;

  constructor(fd: number, path: PathBytes, table: number, low: number, high: number) {
    this.fd = fd;
    this.#path = path;
    this.table = table;
    this.low = low;
    this.high = high;
  }

  get path(): BytePath {
    return this.#path.path;
  }
}

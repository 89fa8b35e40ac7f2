/** The directory that is being read. */
import type { PathBytes } from './directory-stack.ts';

export class Place {
  readonly fd: number;
  /** As long as it is read. A string is made of it only where one is wanted. */
  readonly path: PathBytes;
  /** Position in Scope.wanted of the device it is on. */
  readonly table: number;
  readonly low: number;
  readonly high: number;

  constructor(fd: number, path: PathBytes, table: number, low: number, high: number) {
    this.fd = fd;
    this.path = path;
    this.table = table;
    this.low = low;
    this.high = high;
  }
}

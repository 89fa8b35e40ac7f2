/** access(2) and statfs(2) of directories. */
import { accessSync, constants, statfsSync } from 'node:fs';
import { toBuffer } from '../model/byte-path.ts';
import { attempt } from './attempt.ts';
import type { Access } from './os.ts';

export const nodeAccess: Access = {
  mayChange: (directory) =>
    attempt(directory, 'access', () => {
      accessSync(toBuffer(directory), constants.W_OK | constants.X_OK | constants.R_OK);
      return undefined;
    }),
  freeBytes: (path) =>
    attempt(path, 'statfs', () => {
      const { bavail, bsize } = statfsSync(toBuffer(path));
      return bavail * bsize;
    }),
};

import { plainWalk } from '../../../src/system/walk/walk-node.ts';
import { walkContract } from '../walk.contract.ts';

walkContract('plain', () => plainWalk);

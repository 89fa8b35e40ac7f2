import { expect, it } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import { StageContents } from '../../src/model/stage-contents.ts';
import { sha, stageFile } from '../support/facts.ts';

const other = '0123456789abcdef0123456789abcdef01234567';
/** A name that claims no digest. */
const nameless = stageFile({ leaf: asBytes('1700000000-1'), grammar: 'stage-epoch' });

it('tells of bytes whether they are what the name says', () => {
  const contents = new StageContents([stageFile(), stageFile(), nameless, stageFile()]);
  contents.set(0, sha);
  contents.set(1, other);
  contents.set(2, other);
  contents.set(3);
  expect([0, 1, 2, 3].map((index) => contents.of(index))).toEqual([
    { sha1: sha, nameMatches: true },
    { sha1: other, nameMatches: false },
    { sha1: other },
    {},
  ]);
});

it('knows nothing of a file that nobody looked at', () => {
  expect(new StageContents([stageFile()]).of(0)).toBeUndefined();
});

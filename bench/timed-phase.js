// One phase of a scan on its own clock, for promises about phases. Prints `#` and milliseconds, then what it found. The
// steps are those of src/steps/scan.ts in its order, and come from dist: compiling them here would be measured as well.
//
// argv: root, phase, and for one file alone its path, or for a census the bytes that it may take
import { availableParallelism } from 'node:os';
import { asBytes, join, utf8Of } from '../dist/model/byte-path.js';
import { stagePath } from '../dist/model/stage.js';
import { isTrouble } from '../dist/model/trouble.js';
import { censusMemoryBytes, findShared } from '../dist/steps/census.js';
import { findAreas } from '../dist/steps/find-areas.js';
import { findLinks } from '../dist/steps/find-links.js';
import { findRoots } from '../dist/steps/find-roots.js';
import { findStageFiles } from '../dist/steps/find-stage-files.js';
import { loadSpools } from '../dist/steps/load-config.js';
import { silent } from '../dist/steps/scan-progress.js';
import { nodeOs } from '../dist/system/node-os.js';

const [root = '', phase = '', only] = process.argv.slice(2);
// As the command has it: one a core, 8 at most.
const jobs = Math.min(availableParallelism(), 8);
const os = nodeOs({ jobs });
const nothing = () => undefined;
const spools = loadSpools(os.files, {
  partitions: [root],
  configFiles: [],
  archive: [],
  meta: [],
  cwd: '/',
  defaultConfig: '/nonexistent',
});
const { roots } = findRoots(os.files, spools.partitions, spools.scanned);
const places = roots.map(({ path, dev }) => ({ path, dev }));
if (phase !== 'digests') os.walkers.expect('auto', jobs);
const areas = await findAreas(os.files, roots);
const listedNs = os.clock.nowNs();
const found = await findStageFiles(os.files, os.clock, areas.directories, nothing);
const stageFiles = found.stageFiles.filter(
  (file) => phase !== 'links' || only === undefined || stagePath(file) === asBytes(only),
);

/** @returns lines for what it found, made after the clock was stopped */
const phases = {
  async links() {
    const { listed } = found;
    const request = { stageFiles, isRequired: () => true, listed, listedNs, places, jobs };
    const options = { wholeFilesystem: false, enterMounts: false, walker: 'auto' };
    const { ledger } = await findLinks(os, { ...request, ...options }, silent);
    return () =>
      [...ledger.entries].flatMap(({ names }) =>
        names.map(({ directory, leaf }) => utf8Of(join(directory.path, leaf))),
      );
  },
  async digests() {
    const sums = [];
    const requests = stageFiles.map((file) => ({ path: stagePath(file), expected: file.stat }));
    await os.digest.sha1(requests, (_index, sha1) => sums.push(sha1));
    return () => sums.map((sha1) => (isTrouble(sha1) ? sha1.errno : sha1));
  },
  async census() {
    const memoryBytes = only === undefined ? censusMemoryBytes : Number(only);
    const { count, passes } = await findShared(os, places, { jobs, walker: 'auto', memoryBytes });
    return () => [`#passes ${passes}`, count];
  },
};

const started = process.hrtime.bigint();
const linesOf = await phases[phase]();
const ms = Number(process.hrtime.bigint() - started) / 1e6;
process.stdout.write([`#${ms}`, ...linesOf(), ''].join('\n'));
await os.walkers.dismiss();

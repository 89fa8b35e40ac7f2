/** What every use pays: the start of the program, against that of Node itself. */
import { stagesweep, type Contestant } from './contestant.ts';
import type { Race } from './race.ts';
import { ourName } from './targets.ts';

export function startRace(): Race {
  const peer = 'node -e 0';
  return {
    id: 'help',
    title: 'stagesweep --help',
    spool: '-',
    files: 0,
    amount: 0,
    cache: 'warm',
    contestants: [
      { name: ourName, command: stagesweep(['--help']), check: mustEndWell },
      { name: peer, command: { argv: [process.execPath, '-e', '0'] }, check: mustEndWell },
    ],
    pairs: [[ourName, peer]],
  };
}

const mustEndWell: Contestant['check'] = (_output, { status }) =>
  Promise.resolve(status === 0 ? undefined : `it ended with status ${status}`);

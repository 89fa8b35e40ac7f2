/**
 * One line of a journal: a JSON object in ASCII with a fixed order of keys. Paths and names have one character per
 * byte, those past ASCII as \u00xx; what may pass 2^53 is a string of digits.
 */
import { FormatError } from '../model/errors.ts';
import { runIdPattern, type JournalEntry } from '../model/journal.ts';
import { parseStep, pathBytesAtMost, stepFields } from './journal-step.ts';
import { absolutePath, StrictObject, wrong } from './strict-object.ts';
import { outcomeWords } from './words.ts';

/** Of a line, without its newline. */
export const lineBytesAtMost = 64 * 1_048_576;
export const resumedLine = '{"type":"resumed"}';

/** One journal holds no more steps than this; the claimed file is named by the number. */
const sequenceAtMost = 999_999_999;
const uint32 = 0xffff_ffff;

const types: Readonly<Record<JournalEntry['type'], true>> = {
  run: true,
  intent: true,
  outcome: true,
  end: true,
  resumed: true,
  undone: true,
  purged: true,
};

/**
 * @returns the line with its newline
 * @throws FormatError for an entry that parseJournalLine() would refuse: undo could never read it
 */
export function formatJournalLine(entry: JournalEntry): string {
  const line = lineOf(entry);
  if (line.length > lineBytesAtMost) throw new FormatError('the line is too long', lineBytesAtMost);
  entryOf(line);
  return `${line}\n`;
}

/**
 * @param line without its newline, one character per byte
 * @throws FormatError for anything that formatJournalLine() would not have written
 */
export function parseJournalLine(line: string): JournalEntry {
  if (line.length > lineBytesAtMost) throw new FormatError('the line is too long', lineBytesAtMost);
  const entry = entryOf(line);
  // Also refuses unknown keys, a key twice, blanks and other ways to write the same: there is one form only.
  if (lineOf(entry) !== line) throw new FormatError('the line has another form than ours', 0);
  return entry;
}

function lineOf(entry: JournalEntry): string {
  const text = JSON.stringify(fieldsOf(entry), (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  // A terminal that shows the file must not obey what a name holds; JSON itself escapes what is below a blank.
  return text.replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The entry with its keys in the order of the format; what is undefined is left out by JSON. */
function fieldsOf(entry: JournalEntry): object {
  switch (entry.type) {
    case 'run': {
      const { type, run, version, host, root, partition, startedNs, uid, pid, bootId } = entry;
      return { type, run, version, host, root, partition, startedNs, uid, pid, bootId };
    }
    case 'intent': {
      const { type, sequence, claimedAs } = entry;
      return { type, sequence, step: stepFields(entry.step), claimedAs };
    }
    case 'outcome': {
      const { type, sequence, outcome, detail } = entry;
      return { type, sequence, outcome, detail };
    }
    case 'end': {
      const { type, endedNs, isInterrupted } = entry;
      return { type, endedNs, isInterrupted };
    }
    case 'undone':
    case 'purged': {
      const { type, sequence, detail } = entry;
      return { type, sequence, detail };
    }
    case 'resumed':
      return { type: entry.type };
  }
}

function entryOf(line: string): JournalEntry {
  if (!/^[\x20-\x7e]*$/.test(line)) throw new FormatError('the line is not printable ASCII', 0);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new FormatError('the line is no JSON', 0);
  }
  const fields = new StrictObject(value, 'the line');
  const type = fields.word('type', types);
  switch (type) {
    case 'run':
      return runOf(fields);
    case 'intent':
      return intentOf(fields);
    case 'outcome':
      return {
        type,
        sequence: fields.whole('sequence', sequenceAtMost),
        outcome: fields.word('outcome', outcomeWords),
        ...detailOf(fields),
      };
    case 'end':
      return {
        type,
        endedNs: fields.big('endedNs'),
        isInterrupted: fields.flag('isInterrupted'),
      };
    case 'undone':
    case 'purged':
      return { type, sequence: fields.whole('sequence', sequenceAtMost), ...detailOf(fields) };
    case 'resumed':
      return { type };
  }
}

function runOf(fields: StrictObject): JournalEntry {
  const root = absolutePath(fields.bytes('root', pathBytesAtMost), 'root');
  return {
    type: 'run',
    run: fields.matching('run', runIdPattern, 64),
    version: fields.text('version', 64),
    host: fields.text('host', 1024),
    root,
    partition: fields.text('partition', 4096),
    startedNs: fields.big('startedNs'),
    uid: fields.whole('uid', uint32),
    pid: fields.whole('pid', uint32),
    bootId: fields.matching('bootId', /^[0-9a-f-]{1,64}$/, 64),
  };
}

function intentOf(fields: StrictObject): JournalEntry {
  const sequence = fields.whole('sequence', sequenceAtMost);
  const step = parseStep(fields.object('step'));
  if (step.kind === 'directory') {
    if (fields.has('claimedAs'))
      throw wrong('claimedAs', 'is of a directory, which is not claimed');
    return { type: 'intent', sequence, step };
  }
  const claimedAs = fields.bytes('claimedAs', 32);
  if (!/^\d+-[0-9a-f]{8}$/.test(claimedAs) || !claimedAs.startsWith(`${sequence}-`)) {
    throw wrong('claimedAs', 'is not what this step is claimed as');
  }
  return { type: 'intent', sequence, step, claimedAs };
}

function detailOf(fields: StrictObject): { readonly detail?: string } {
  return fields.has('detail') ? { detail: fields.text('detail', pathBytesAtMost * 4) } : {};
}

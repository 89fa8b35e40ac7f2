/** What the process without rights says, from its line: it works on what the spool's owner made, so it is input. */
import { FormatError } from '../model/errors.ts';
import type { ChildMessage } from '../model/child-talk.ts';
import { absolutePath, StrictObject } from './strict-object.ts';
import { outcomeWords } from './words.ts';

const types: Readonly<Record<ChildMessage['type'], true>> = {
  obstacles: true,
  recheck: true,
  result: true,
  end: true,
  unfit: true,
};

const sentence = 16_384;

/**
 * @param steps  how many steps the plan has: no number in a message may reach it
 * @throws       FormatError
 */
export function parseChildMessage(line: string, steps: number): ChildMessage {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new FormatError('the line is no JSON', 0);
  }
  const fields = new StrictObject(value, 'the line');
  const type = fields.word('type', types);
  switch (type) {
    case 'obstacles': {
      const list = fields.list('list', 100);
      return { type, list: list.map((one) => String(one).slice(0, sentence)) };
    }
    case 'recheck': {
      const first = fields.whole('first', steps);
      const end = fields.whole('end', steps);
      if (end < first) throw new FormatError('the batch ends before it begins', 0);
      return { type, first, end };
    }
    case 'result':
      return {
        type,
        sequence: fields.whole('sequence', steps - 1),
        outcome: fields.word('outcome', outcomeWords),
        ...(fields.has('detail') ? { detail: fields.text('detail', sentence) } : {}),
      };
    case 'end':
      return {
        type,
        ...(fields.has('journal')
          ? { journal: absolutePath(fields.bytes('journal', sentence), 'journal') }
          : {}),
        ...(fields.has('stopped') ? { stopped: fields.text('stopped', sentence) } : {}),
        isInterrupted: fields.flag('isInterrupted'),
      };
    case 'unfit':
      return { type, why: fields.text('why', sentence) };
  }
}

/** Glances packed for posting between threads. Few messages are not as expected; those go as answers of inspections. */
import { packInspectAnswer, unpackInspectAnswer, type InspectAnswer } from './inspect-messages.ts';
import { isExpected } from './inspect-file.ts';
import type { Glance, GlanceRequest, MessageListing } from './os.ts';

export interface GlanceBatch {
  readonly id: number;
  readonly requests: readonly GlanceRequest[];
}

export interface GlanceAnswer {
  readonly id: number;
  /** One for each request: how many are as expected. */
  readonly asExpected: Uint32Array;
  /** Of each request, how many are not. */
  readonly others: Uint32Array;
  /** Of all requests together: their positions, and what was found. */
  readonly at: Uint32Array;
  readonly found: InspectAnswer;
  readonly listings: readonly (MessageListing | undefined)[];
}

export function packGlances(id: number, glances: readonly Glance[]): GlanceAnswer {
  const others = glances.flatMap((glance) => glance.others);
  return {
    id,
    asExpected: Uint32Array.from(glances, (glance) => glance.asExpected),
    others: Uint32Array.from(glances, (glance) => glance.others.length),
    at: Uint32Array.from(others, ({ at }) => at),
    found: packInspectAnswer(
      id,
      others.map(({ answer }) => answer),
    ),
    listings: glances.map(({ listing }) => listing),
  };
}

export function unpackGlances(answer: GlanceAnswer): Glance[] {
  const found = unpackInspectAnswer(answer.found);
  let next = 0;
  return Array.from(answer.asExpected, (asExpected, request): Glance => {
    const others = Array.from({ length: answer.others[request] ?? 0 }, () => {
      const one = found[next];
      if (one === undefined || isExpected(one)) throw new Error('a message was not looked at');
      const other = { at: answer.at[next] ?? 0, answer: one };
      next += 1;
      return other;
    });
    const listing = answer.listings[request];
    return { asExpected, others, ...(listing === undefined ? {} : { listing }) };
  });
}

/** What a thread does that glances at batches of mailbox directories until it is asked to end. */
import { answerQuestions } from './answer-questions.ts';
import { packGlances, unpackTasks } from './glance-messages.ts';
import { loadGlance } from './glance-native.ts';
import type { LookAtMailbox } from './glance.ts';
import { readingMemory } from './reading-memory.ts';
import {
  packSums,
  unpackMailboxes,
  type GlanceQuestion,
  type GlanceReply,
} from './mailbox-messages.ts';

/** @param look  for whole mailboxes, where the questions have any */
export async function answerGlances(look?: LookAtMailbox): Promise<void> {
  // What comes while the FFI is loaded waits in the port, which is not heard yet.
  const glance = await loadGlance();
  const memory = await readingMemory();
  answerQuestions(({ files, mailboxes }: GlanceQuestion): GlanceReply => ({
    ...(files && { files: packGlances(unpackTasks(files).map((task) => glance(task, memory))) }),
    ...(mailboxes && {
      sums: packSums(unpackMailboxes(mailboxes).map((mailbox) => look?.(mailbox, memory))),
    }),
  }));
}

/** A thread that glances at batches of mailbox directories until it is asked to end. */
import { answerQuestions } from './answer-questions.ts';
import { pieceBytes } from './digest-file.ts';
import { packGlances, unpackTasks, type GlanceBatch } from './glance-messages.ts';
import { loadGlance } from './glance-native.ts';

void serve();

/** What comes while the FFI is loaded waits in the port, which is not heard yet. */
async function serve(): Promise<void> {
  const glance = await loadGlance();
  const memory = Buffer.alloc(pieceBytes);
  answerQuestions((batch: GlanceBatch) =>
    packGlances(unpackTasks(batch).map((task) => glance(task, memory))),
  );
}

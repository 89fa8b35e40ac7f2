/** A thread that inspects batches of message files until it is asked to end. */
import { answerQuestions } from './answer-questions.ts';
import { pieceBytes } from './digest-file.ts';
import { inspectFile } from './inspect-file.ts';
import { packInspectAnswer, unpackInspectBatch, type InspectBatch } from './inspect-messages.ts';

const memory = Buffer.alloc(pieceBytes);

answerQuestions((batch: InspectBatch) =>
  packInspectAnswer(unpackInspectBatch(batch).map((file) => inspectFile(file, memory))),
);

/** A thread that glances at the messages of mailboxes that others have read. */
import { answerGlances } from './answer-glances.ts';

void answerGlances();

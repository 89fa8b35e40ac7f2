/** A thread that looks at whole mailboxes, and glances at the messages of those that others have read. */
import { answerGlances } from '../system/answer-glances.ts';
import { loadLookAtMailbox } from './look-at-mailbox.ts';

void loadLookAtMailbox().then(answerGlances);

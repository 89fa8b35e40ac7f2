/** Progress of an audit on a terminal, with the time that is left. */
import { age, bytes as quantity, count } from '../report/quantities.ts';
import { silentAudit, type AuditProgress, type Forecast } from '../steps/audit-progress.ts';
import { startSpinner } from './spinner.ts';

export interface ShownProgress extends AuditProgress {
  stop(): void;
}

/** Before this the rate is that of a cold start. */
const trustedAfterSeconds = 5;

export async function startAuditProgress(isShown: boolean): Promise<ShownProgress> {
  if (!isShown) return { ...silentAudit, stop() {} };
  const spinner = await startSpinner('looking for mailboxes');
  let expected: Forecast | undefined;
  let first: { readonly at: number; readonly messages: number; readonly bytes: number } | undefined;
  return {
    wantsForecast: true,
    forecast(forecast) {
      expected = forecast;
      const records =
        forecast.messages === undefined ? '' : `, ${count(forecast.messages)} records`;
      spinner.show(() => `counting: ${count(forecast.mailboxes)} mailboxes${records}`);
    },
    searching(entries) {
      spinner.show(() => `looking for shared inodes: ${count(entries)} entries`);
    },
    audited(mailboxes, messages, bytes) {
      // An audit that goes on where another stopped has a rate of its own.
      first ??= { at: performance.now(), messages, bytes };
      const begun = first;
      spinner.show(() => {
        const seconds = Math.max((performance.now() - begun.at) / 1000, 0.001);
        const rate = (bytes - begun.bytes) / seconds;
        const left = timeLeft(expected, messages, messages - begun.messages, seconds);
        return (
          `${count(messages)}${ofAll(expected)} messages in ${count(mailboxes)} mailboxes, ` +
          `${quantity(bytes)} read, ${quantity(Math.round(rate))}/s${left}`
        );
      });
    },
    awaiting(mailboxes) {
      spinner.showAtOnce(
        () => `waiting for ${count(mailboxes)} mailboxes whose index could not be read whole`,
      );
    },
    looking(suspects) {
      spinner.showAtOnce(() => `looking again at ${count(suspects)} suspects`);
    },
    tracing(mailboxes) {
      spinner.show(() => `looking for donors and good copies: ${count(mailboxes)} mailboxes`);
    },
    stop() {
      spinner.stop();
    },
  };
}

function ofAll(expected: Forecast | undefined): string {
  return expected?.messages === undefined ? '' : ` of ${count(expected.messages)}`;
}

/** By the number of messages, whose mean size a long audit has soon seen; with "about", since the rest may differ. */
function timeLeft(
  expected: Forecast | undefined,
  messages: number,
  sinceStart: number,
  seconds: number,
): string {
  const all = expected?.messages;
  if (all === undefined || seconds < trustedAfterSeconds || sinceStart === 0) return '';
  const left = ((all - messages) / sinceStart) * seconds;
  return left <= 0 ? '' : `, about ${age(left)} left`;
}

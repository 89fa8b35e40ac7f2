/** What an audit tells while it runs. Increments come a few times a second; whoever listens may draw them. */

export interface Forecast {
  readonly mailboxes: number;
  /** Records, by the headers of the indexes; absent when an index lies where only opening the mailbox finds it. */
  readonly messages?: number;
  readonly isWhole: boolean;
}

/** What of a spool an audit looks at. */
export interface ForecastOf {
  /** Of all messages; absent: all. */
  readonly share?: number;
  /** Names of shared inodes, when nothing else is looked at. */
  readonly sharedNames?: number;
}

export interface AuditProgress {
  /** Is it worth counting mailboxes and their records beforehand, so that the time left can be told? */
  readonly wantsForecast: boolean;
  forecast(expected: Forecast): void;
  searching(entries: number): void;
  audited(mailboxes: number, messages: number, bytes: number): void;
  /** Mailboxes whose index is being written, or wrong: they are audited again after a pause. */
  awaiting(mailboxes: number): void;
  looking(suspects: number): void;
  tracing(mailboxes: number): void;
}

export const silentAudit: AuditProgress = {
  wantsForecast: false,
  forecast() {},
  searching() {},
  audited() {},
  awaiting() {},
  looking() {},
  tracing() {},
};

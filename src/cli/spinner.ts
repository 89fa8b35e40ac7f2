/** The spinner of a long work on a terminal, through ora; silence elsewhere. */

export interface Spinner {
  /** Since it was started. */
  readonly seconds: number;
  /** Draws it when the last text has stood long enough to be read; the text is only made when it is drawn. */
  show(text: () => string): void;
  /** Draws it whatever stood there. */
  showAtOnce(text: () => string): void;
  stop(): void;
}

/** Redrawing more often than a person reads costs time that the work could use. */
const redrawMs = 100;

/** @param text  until the first one is shown */
export async function startSpinner(text: string): Promise<Spinner> {
  const { default: ora } = await import('ora');
  const spinner = ora({ text, stream: process.stderr, discardStdin: false });
  spinner.start();
  const started = performance.now();
  let drawn = 0;
  const draw = (made: () => string): void => {
    drawn = performance.now();
    spinner.text = made();
  };
  return {
    get seconds() {
      return Math.max((performance.now() - started) / 1000, 0.001);
    },
    show(made) {
      if (performance.now() - drawn >= redrawMs) draw(made);
    },
    showAtOnce: draw,
    stop() {
      spinner.stop();
    },
  };
}

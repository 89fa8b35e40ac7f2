/** What every format is: a report in, text out, piece by piece. */
import type { Report } from '../model/report.ts';

export interface RenderOptions {
  /** Width of the terminal, or what is assumed in its place. */
  readonly columns: number;
  readonly color: boolean;
  /** How often -v was given. */
  readonly verbose: number;
}

/** The pieces together are the document, with a newline at its end; none of them is the whole of a large one. */
export type Renderer = (report: Report, options: RenderOptions) => Iterable<string>;

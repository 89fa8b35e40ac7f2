/** The errors that are thrown on purpose. Everything else that is thrown is a bug of ours. */

/** The command line is wrong, or asks for something that cannot be done. Exit status 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A configuration file is wrong; the message names file and line. Exit status 64. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The user has had enough. Exit status 130. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Bytes that are not what their format says. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  /** Offset in bytes from the start of what was parsed. */
  readonly at: number;
  constructor(message: string, at: number) {
    super(`${message} (at byte ${at})`);
    this.at = at;
  }
}

/** What must be read to give any answer cannot be; the message names file and line, and what to do. Exit status 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

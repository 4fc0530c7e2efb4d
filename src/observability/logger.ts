import { nanosecondClock, rfc3339Nano } from './log-time.ts';

export type LogFields = Readonly<Record<string, unknown>>;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'panic';

export interface LoggerOptions {
  /** The least severe level that is written; `info` by default. */
  readonly level?: LogLevel;
  /** The greatest n whose `verbose(n)` lines are written (O-8.11); 0 by default, and without effect on levels above info. */
  readonly verbosity?: number;
  /** Takes one line with its end; standard error by default. */
  readonly sink?: (line: string) => void;
  /** Fields of every line that may change, such as the role of the replica (O-8.12). */
  readonly context?: () => LogFields;
  /** Nanoseconds since 1970. */
  readonly now?: () => bigint;
}

/** Writes JSON lines (O-8.11). A field `error` that holds an Error shows as its message and its stack. */
export interface Logger {
  /** A logger for a part of the program; its fields come first in each line. */
  child(name: string, fields?: LogFields): Logger;
  /** A detail that only a verbosity of n or more shows; 1 is the level debug. */
  verbose(n: number, message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** A line is written if its severity is at least that of the logger; verbosity n has severity -n. */
const severities: Record<LogLevel, number> = { debug: -1, info: 0, warn: 1, error: 2, panic: 3 };
/** From which verbosity on routine write conflicts are shown (O-8.13). */
const CONFLICT_VERBOSITY = 3;

/** The root logger of the program. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = 'info', verbosity = 0, context } = options;
  const sink = options.sink ?? ((line) => void process.stderr.write(line));
  const now = options.now ?? nanosecondClock();
  const severity = severities[level];
  const threshold = severity > 0 ? severity : Math.min(severity, -verbosity);
  const output: Output = { sink, now, context, threshold };
  return new JsonLogger(output, undefined, {});
}

interface Output {
  readonly sink: (line: string) => void;
  readonly now: () => bigint;
  readonly context: (() => LogFields) | undefined;
  readonly threshold: number;
}

class JsonLogger implements Logger {
  readonly #output: Output;
  readonly #name: string | undefined;
  readonly #fields: LogFields;

  constructor(output: Output, name: string | undefined, fields: LogFields) {
    this.#output = output;
    this.#name = name;
    this.#fields = fields;
  }

  child(name: string, fields: LogFields = {}): Logger {
    const path = this.#name === undefined ? name : `${this.#name}.${name}`;
    return new JsonLogger(this.#output, path, { ...this.#fields, ...fields });
  }

  verbose(n: number, message: string, fields?: LogFields): void {
    this.#write({ severity: -n, level: n === 1 ? 'debug' : `Level(${-n})` }, message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.verbose(1, message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write({ severity: severities.info, level: 'info' }, message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write({ severity: severities.warn, level: 'warn' }, message, fields);
  }

  error(message: string, fields?: LogFields): void {
    const error = fields?.['error'];
    if (isWriteConflict(error)) {
      this.verbose(CONFLICT_VERBOSITY, message, { ...fields, error: messageOf(error) });
      return;
    }
    this.#write({ severity: severities.error, level: 'error' }, message, fields);
  }

  #write(
    { severity, level }: { readonly severity: number; readonly level: string },
    message: string,
    fields: LogFields = {},
  ): void {
    const { sink, now, context, threshold } = this.#output;
    if (severity < threshold) return;
    const head = { level, ts: rfc3339Nano(now()), ...(this.#name !== undefined && { logger: this.#name }) };
    const { error, ...rest } = { ...context?.(), ...this.#fields, ...fields };
    const line = { ...head, msg: message, ...rest, ...(error !== undefined && errorFields(error)) };
    sink(`${stringify(line)}\n`);
  }
}

function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error };
  return { error: messageOf(error), stacktrace: error.stack };
}

/** The message with those of its causes, as the outer one often only says what was being done. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isTold = error.cause === undefined || error.message.includes(messageOf(error.cause));
  return isTold ? error.message : `${error.message}: ${messageOf(error.cause)}`;
}

function isWriteConflict(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const text = messageOf(error);
  return (
    text.includes('Operation cannot be fulfilled on') &&
    text.includes(
      'the object has been modified; please apply your changes to the latest version and try again',
    )
  );
}

/** Whatever a field holds, the line gets written. */
function stringify(line: LogFields): string {
  try {
    return JSON.stringify(line, plainValue);
  } catch (error) {
    const { level, ts, logger, msg } = line;
    return JSON.stringify({ level, ts, logger, msg, fieldsLost: messageOf(error) });
  }
}

function plainValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return messageOf(value);
  if (value instanceof Map) return Object.fromEntries(value);
  return value instanceof Set ? [...value] : value;
}

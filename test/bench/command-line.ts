import { parseArgs } from 'node:util';

/** The numbers that a bench takes from its command line, by flag, with their defaults. */
export type NumberFlags = Readonly<Record<string, { readonly initially: number; readonly what: string }>>;

/** What a bench was asked to do. */
export interface BenchOptions<Flags extends NumberFlags> {
  readonly numbers: Readonly<Record<keyof Flags, number>>;
  /** The folder for a CPU profile of the controller; absent: none is made. */
  readonly profileFolder: string | undefined;
}

const flagColumns = 18;

/** Reads a bench's flags. Prints the help and ends the process where that is asked for, or where a flag makes no sense. */
export function readBenchOptions<Flags extends NumberFlags>(
  about: string,
  flags: Flags,
): BenchOptions<Flags> {
  try {
    const { values } = parseArgs({
      options: {
        ...Object.fromEntries(Object.keys(flags).map((name) => [name, { type: 'string' as const }])),
        profile: { type: 'string' as const },
        help: { type: 'boolean' as const, short: 'h' },
      },
    });
    if (values.help === true) {
      process.stdout.write(helpText(about, flags));
      process.exit(0);
    }
    const entries = Object.entries(flags).map(([name, { initially }]) => {
      const text = (values as Readonly<Record<string, string | undefined>>)[name];
      return [name, text === undefined ? initially : readNumber(name, text)] as const;
    });
    const numbers = Object.fromEntries(entries) as Record<keyof Flags, number>;
    return { numbers, profileFolder: values.profile };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nTry --help.\n`);
    process.exit(1);
  }
}

function readNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`--${name} takes a whole number, not ${text}`);
}

function helpText(about: string, flags: NumberFlags): string {
  const lines = Object.entries(flags).map(
    ([name, { initially, what }]) => `  ${`--${name} N`.padEnd(flagColumns)}${what} (default ${initially})\n`,
  );
  return `${about}\n\n${lines.join('')}  ${'--profile FOLDER'.padEnd(flagColumns)}write a CPU profile of the controller there\n  ${'--help'.padEnd(flagColumns)}this text\n`;
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric of the text format 0.0.4. */
export interface Family {
  readonly type: string;
  readonly samples: readonly Sample[];
}

/** Reads an exposition text; a line that is neither comment nor sample is an error. */
export function parseExposition(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, { type: string; samples: Sample[] }>();
  let current: { type: string; samples: Sample[] } | undefined;
  for (const line of text.split('\n')) {
    const [, name = '', type = ''] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (name !== '') {
      current = { type, samples: [] };
      families.set(name, current);
    } else if (line !== '' && !line.startsWith('#')) {
      current?.samples.push(parseSample(line));
    }
  }
  return families;
}

/** The values of a metric by its labels but the role; a histogram's sums and counts by their suffix, without buckets. */
export function valuesIn(text: string, name: string): Record<string, number> {
  const samples = parseExposition(text).get(name)?.samples ?? [];
  const shown = samples.filter((sample) => !sample.name.endsWith('_bucket'));
  return Object.fromEntries(
    shown.map((sample) => {
      const labels = Object.entries(sample.labels).filter(([label]) => label !== 'replica_role');
      const suffix = sample.name.slice(name.length);
      return [labels.map(([label, value]) => `${label}=${value}`).join(',') + suffix, sample.value];
    }),
  );
}

function parseSample(line: string): Sample {
  const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
  if (!match) throw new Error(`no sample: ${line}`);
  const [, name = '', pairs = '', value = ''] = match;
  const labels: Record<string, string> = {};
  for (const [, label = '', text = ''] of pairs.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[label] = text;
  return { name, labels, value: parseValue(value) };
}

function parseValue(text: string): number {
  if (/^[+-]Inf$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}

/** One step of a JSON Patch (RFC 6902), as far as defaulting needs it. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** The smallest patch that makes `after` of `before`; empty when nothing differs. */
export function jsonPatch(before: object, after: object): PatchOperation[] {
  return differences('', before, after);
}

function differences(path: string, before: unknown, after: unknown): PatchOperation[] {
  if (before === after) return [];
  if (Array.isArray(before) && Array.isArray(after)) return listDifferences(path, before, after);
  if (isMap(before) && isMap(after)) return mapDifferences(path, before, after);
  return [{ op: 'replace', path, value: after }];
}

function mapDifferences(path: string, before: JsonMap, after: JsonMap): PatchOperation[] {
  const removed = Object.keys(before).filter((key) => !isThere(after, key) && isThere(before, key));
  return [
    ...removed.map((key) => ({ op: 'remove', path: child(path, key) }) as const),
    ...Object.entries(after).flatMap(([key, value]): PatchOperation[] => {
      if (value === undefined) return [];
      if (!isThere(before, key)) return [{ op: 'add', path: child(path, key), value }];
      return differences(child(path, key), before[key], value);
    }),
  ];
}

/** Lists grow at their end or change in place; one that shrinks is replaced whole. */
function listDifferences(
  path: string,
  before: readonly unknown[],
  after: readonly unknown[],
): PatchOperation[] {
  if (after.length < before.length) return [{ op: 'replace', path, value: after }];
  return [
    ...before.flatMap((item, index) => differences(child(path, String(index)), item, after[index])),
    ...after.slice(before.length).map((value) => ({ op: 'add', path: child(path, '-'), value }) as const),
  ];
}

/** A field that is undefined is not there; one that every object inherits is not there either. */
function isThere(map: JsonMap, key: string): boolean {
  return Object.hasOwn(map, key) && map[key] !== undefined;
}

function child(path: string, key: string): string {
  return `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

type JsonMap = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

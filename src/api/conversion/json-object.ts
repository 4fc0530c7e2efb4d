/** A JSON object that is never changed: every function here returns a new one, or the same if nothing differs. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A copy with some fields replaced, in which `undefined` removes a field. */
export function withFields(object: JsonObject, fields: JsonObject): JsonObject {
  const result: Record<string, unknown> = { ...object };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) delete result[name];
    else result[name] = value;
  }
  return result;
}

export function withoutFields(object: JsonObject, ...names: string[]): JsonObject {
  if (!names.some((name) => name in object)) return object;
  return withFields(object, Object.fromEntries(names.map((name) => [name, undefined])));
}

/** The same value under another name; a field that is absent stays absent. */
export function renameField(object: JsonObject, from: string, to: string): JsonObject {
  return from in object ? withFields(object, { [from]: undefined, [to]: object[from] }) : object;
}

/** Changes what is below a field, if there is an object. */
export function changeField(
  object: JsonObject,
  name: string,
  change: (below: JsonObject) => JsonObject,
): JsonObject {
  const below = object[name];
  if (!isObject(below)) return object;
  const changed = change(below);
  return changed === below ? object : { ...object, [name]: changed };
}

/** Changes each item of a list of objects; the list is shared if none differs. */
export function changeItems(
  object: JsonObject,
  name: string,
  change: (item: JsonObject) => JsonObject,
): JsonObject {
  const list = object[name];
  if (!Array.isArray(list)) return object;
  const changed = list.map((item: unknown) => (isObject(item) ? change(item) : item));
  return changed.every((item, index) => item === list[index]) ? object : { ...object, [name]: changed };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import fc from 'fast-check';
import type { z } from 'zod';

/** Random values of the shape of a schema; bounds and patterns are not kept, for code that must not need them. */
export function arbitraryOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if ('innerType' in def) return arbitraryOf(def.innerType);
  if (def.type === 'object') return objectOf(def.shape);
  if (def.type === 'array') return fc.array(arbitraryOf(def.element), { maxLength: 3 });
  if (def.type === 'record') return fc.dictionary(word, arbitraryOf(def.valueType), { maxKeys: 2 });
  if (def.type === 'enum') return fc.constantFrom(...Object.values(def.entries));
  if (def.type === 'union') return fc.oneof(...def.options.map((option) => arbitraryOf(option)));
  return scalars[def.type] ?? fc.constant({ opaque: true });
}

const word = fc.stringMatching(/^[a-c]{1,3}(-[a-c1-3]{1,2}){0,2}$/);

const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: word,
  number: fc.integer({ min: 1, max: 5 }),
  boolean: fc.boolean(),
};

/** What may be absent is absent half of the time. */
function objectOf(shape: z.core.$ZodShape): fc.Arbitrary<unknown> {
  const fields = Object.entries(shape).map(([name, field]) => [name, arbitraryOf(field)] as const);
  const required = Object.entries(shape)
    .filter(([, field]) => field._zod.optin !== 'optional')
    .map(([name]) => name);
  return fc.record(Object.fromEntries(fields), { requiredKeys: required }).map((object) => ({ ...object }));
}

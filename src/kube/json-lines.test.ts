import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonLines } from './json-lines.ts';

function linesOf(chunks: readonly Uint8Array[]): string[] {
  const lines = new JsonLines();
  return chunks.flatMap((chunk) => [...lines.push(chunk)]);
}

/** Cuts bytes at the given places, which may repeat. */
function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length];
  const sorted = cuts.toSorted((left, right) => left - right);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

test('lines come out as they went in, wherever the bytes are cut', () => {
  const value = fc.record({ type: fc.string({ unit: 'grapheme' }), object: fc.jsonValue() });
  fc.assert(
    fc.property(fc.array(value), fc.array(fc.nat()), (values, places) => {
      const bytes = Buffer.from(values.map((each) => `${JSON.stringify(each)}\n`).join(''));
      const read = linesOf(cutAt(bytes, places)).map((line) => JSON.parse(line) as unknown);
      expect(read).toEqual(values.map((each) => JSON.parse(JSON.stringify(each)) as unknown));
    }),
  );
});

test('a character split over three chunks is whole again', () => {
  const bytes = Buffer.from('{"a":"🚢"}\n');
  expect(linesOf([bytes.subarray(0, 7), bytes.subarray(7, 8), bytes.subarray(8)])).toEqual(['{"a":"🚢"}']);
});

test('an unfinished line is kept back and empty lines are left out', () => {
  const lines = new JsonLines();
  expect([...lines.push(Buffer.from('\n{"a":1}\n\n{"b"'))]).toEqual(['{"a":1}']);
  expect(lines.pendingBytes).toBe(4);
  expect([...lines.push(Buffer.from(':2}\n'))]).toEqual(['{"b":2}']);
  expect(lines.pendingBytes).toBe(0);
});

test('one byte at a time, a long line costs no more copies than its length', () => {
  const lines = new JsonLines();
  const bytes = Buffer.from(`"${'x'.repeat(200_000)}"\n`);
  const read: string[] = [];
  for (const byte of bytes) read.push(...lines.push(Uint8Array.of(byte)));
  expect(read).toEqual([`"${'x'.repeat(200_000)}"`]);
});

import { readdirSync, readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { startEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';

/** A document of a file in `bad-manifests`: its first comment is its name, the others what kubectl has to say. */
interface Manifest {
  readonly name: string;
  readonly text: string;
  readonly kind: string;
  /** Empty for a manifest that prepares the next one. */
  readonly refused: readonly string[];
}

const folder = new URL('./bad-manifests/', import.meta.url);
const manifests = readdirSync(folder)
  .toSorted((one, other) => one.localeCompare(other))
  .flatMap((file) => readFileSync(new URL(file, folder), 'utf8').split(/^---$/m))
  .map(describeManifest);

function describeManifest(text: string): Manifest {
  const comments = [...text.matchAll(/^# (.*)$/gm)].map(([, comment = '']) => comment);
  const [name = ''] = comments;
  const refused = comments.flatMap((comment) => /^refused: (.*)$/.exec(comment)?.slice(1) ?? []);
  if (refused.length === 0 && !name.startsWith('accepted: ')) throw new Error(`What becomes of "${name}"?`);
  return { name, text, kind: (parse(text) as { kind: string }).kind, refused };
}

let environment: Environment;

beforeAll(async () => {
  environment = await startEnvironment({ launch: { leaderElection: false } });
});
afterAll(() => environment?.stop());

async function applyWithKubectl({ text }: Manifest): Promise<string> {
  return environment.controlPlane
    .kubectl(['apply', '-f', '-'], { input: text })
    .catch((error: unknown) => (error as Error).message);
}

describe.each([...Map.groupBy(manifests, ({ kind }) => kind)])('%s', (_kind, ofKind) => {
  test.each(ofKind)('$name', async (manifest) => {
    const answer = await applyWithKubectl(manifest);
    if (manifest.refused.length === 0) expect(answer).toMatch(/ created\n$/);
    else expect(answer).toContain('failed: ');
    for (const expected of manifest.refused) expect(answer).toContain(expected);
  });
});

test('nothing that was refused is there', async () => {
  for (const kind of new Set(manifests.map((manifest) => manifest.kind))) {
    const { kubectl } = environment.controlPlane;
    expect(await kubectl(['get', kind, '-A', '-o', 'name'])).not.toContain('/bad');
  }
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CertificateFiles } from './certificate-files.ts';
import { renewCertificates } from './certificates.ts';
import type { StoredCertificates } from './certificates.ts';
import type { ServingPair } from './server.ts';

const demand = { hosts: ['localhost'], now: new Date() };
const nothing: StoredCertificates = { authority: '', authorityKey: '', serving: '', servingKey: '' };

let directory: string;
let first: StoredCertificates;
let second: StoredCertificates;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'certificate-files-'));
  first = await renewCertificates(nothing, { kind: 'renewAuthority', reason: '' }, demand);
  second = await renewCertificates(first, { kind: 'renewServing', reason: '' }, demand);
});
afterAll(() => rm(directory, { recursive: true }));

async function write(certificate: string, key: string): Promise<void> {
  await writeFile(join(directory, 'tls.crt'), certificate);
  await writeFile(join(directory, 'tls.key'), key);
}

test('O-6.13: without usable files there is no start', async () => {
  const files = new CertificateFiles({ directory, serve: () => undefined, onError: () => undefined });
  await expect(files.start()).rejects.toThrow('ENOENT');
  await write(first.serving, second.servingKey);
  await expect(files.start()).rejects.toThrow('do not belong together');
});

test('O-6.1: a changed pair is served, one that is half written is not', async () => {
  await write(first.serving, first.servingKey);
  const served: ServingPair[] = [];
  const errors: unknown[] = [];
  const files = new CertificateFiles({
    directory,
    serve: (pair) => served.push(pair),
    onError: (error) => errors.push(error),
    intervalMs: 5,
  });
  await files.start();
  await write(second.serving, first.servingKey);
  await expect.poll(() => errors.length).toBeGreaterThan(0);
  await write(second.serving, second.servingKey);
  await expect.poll(() => served.length).toBe(2);
  files.stop();
  expect(served).toEqual([
    { certificate: first.serving, key: first.servingKey },
    { certificate: second.serving, key: second.servingKey },
  ]);
});

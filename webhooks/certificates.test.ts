import { createPrivateKey, X509Certificate } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { isIssuedBy, judgeCertificates, renewCertificates } from './certificates.ts';
import type { StoredCertificates } from './certificates.ts';

const hosts = ['kueue-webhook-service.kueue-system.svc', '127.0.0.1'];
const now = new Date('2026-01-01T12:00:00Z');
const nothing: StoredCertificates = { authority: '', authorityKey: '', serving: '', servingKey: '' };
const authorityWanted = { kind: 'renewAuthority', reason: '' } as const;

let stored: StoredCertificates;
let other: StoredCertificates;

beforeAll(async () => {
  [stored, other] = await Promise.all([
    renewCertificates(nothing, authorityWanted, { hosts, now }),
    renewCertificates(nothing, authorityWanted, { hosts, now }),
  ]);
});

function later(days: number): Date {
  return new Date(now.getTime() + days * 86_400_000);
}

test('O-6.8: the CA is what Kueue makes', () => {
  const authority = new X509Certificate(stored.authority);
  expect(authority.subject).toBe('CN=kueue-ca\nO=kueue');
  expect(authority.issuer).toBe(authority.subject);
  expect(authority.ca).toBe(true);
  expect(authority.subjectAltName).toBe('DNS:kueue-ca');
  expect(authority.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  expect(authority.validFromDate).toEqual(new Date('2026-01-01T11:00:00Z'));
  expect(authority.validToDate).toEqual(new Date('2036-01-01T12:00:00Z'));
});

test('O-6.8: the server certificate is for the Service and the extra hosts, for a year', () => {
  const serving = new X509Certificate(stored.serving);
  expect(serving.subject).toBe('CN=kueue-webhook-service.kueue-system.svc');
  expect(serving.subjectAltName).toBe('DNS:kueue-webhook-service.kueue-system.svc, IP Address:127.0.0.1');
  expect(serving.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(serving.ca).toBe(false);
  expect(serving.validToDate).toEqual(new Date('2027-01-01T12:00:00Z'));
  expect(isIssuedBy(stored.serving, stored.authority)).toBe(true);
});

test('O-6.7: private keys are PKCS#1', () => {
  for (const key of [stored.authorityKey, stored.servingKey]) {
    expect(key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    expect(createPrivateKey(key).asymmetricKeyType).toBe('rsa');
  }
});

interface Judgement {
  readonly name: string;
  readonly found: () => StoredCertificates;
  readonly demand?: { hosts?: string[]; now?: Date };
  readonly want: object;
}

const judgements: Judgement[] = [
  { name: 'a fresh pair is sound', found: () => stored, want: { kind: 'sound' } },
  {
    name: 'it is for fewer hosts, too',
    found: () => stored,
    demand: { hosts: hosts.slice(0, 1) },
    want: { kind: 'sound' },
  },
  {
    name: 'an empty Secret needs everything',
    found: () => nothing,
    want: { kind: 'renewAuthority', reason: 'the CA is missing or cannot be read' },
  },
  {
    name: 'a CA without its key is of no use',
    found: () => ({ ...stored, authorityKey: '' }),
    want: { kind: 'renewAuthority', reason: 'the CA does not belong to its key' },
  },
  {
    name: 'nor with the key of another',
    found: () => ({ ...stored, authorityKey: other.authorityKey }),
    want: { kind: 'renewAuthority', reason: 'the CA does not belong to its key' },
  },
  {
    name: 'a server certificate is no CA',
    found: () => ({ ...stored, authority: stored.serving, authorityKey: stored.servingKey }),
    want: { kind: 'renewAuthority', reason: 'the CA is no CA' },
  },
  {
    name: 'a missing server certificate is made anew',
    found: () => ({ ...stored, serving: '' }),
    want: { kind: 'renewServing', reason: 'the server certificate is missing or cannot be read' },
  },
  {
    name: 'one of another CA is, too',
    found: () => ({ ...stored, serving: other.serving, servingKey: other.servingKey }),
    want: { kind: 'renewServing', reason: 'the server certificate was not signed by the CA' },
  },
  {
    name: 'one for other hosts is, too',
    found: () => stored,
    demand: { hosts: [...hosts, 'localhost'] },
    want: { kind: 'renewServing', reason: 'the server certificate is not for localhost' },
  },
  {
    name: 'with 91 days left it is kept',
    found: () => stored,
    demand: { now: later(365 - 91) },
    want: { kind: 'sound' },
  },
  {
    name: 'with 89 days left it is not',
    found: () => stored,
    demand: { now: later(365 - 89) },
    want: { kind: 'renewServing', reason: 'the server certificate ends on 2027-01-01T12:00:00.000Z' },
  },
  {
    name: 'a CA is not kept to its end either',
    found: () => stored,
    demand: { now: new Date('2035-12-01T00:00:00Z') },
    want: { kind: 'renewAuthority', reason: 'the CA ends on 2036-01-01T12:00:00.000Z' },
  },
  {
    name: 'a CA from the future is not valid',
    found: () => stored,
    demand: { now: later(-2) },
    want: { kind: 'renewAuthority', reason: 'the CA is not valid yet' },
  },
];

test.each(judgements)('O-6.9: $name', ({ found, demand, want }) => {
  expect(judgeCertificates(found(), { hosts, now, ...demand })).toEqual(want);
});

test('O-6.9: a new server certificate comes from the same CA', async () => {
  const demand = { hosts, now: later(300) };
  const renewed = await renewCertificates(stored, judgeCertificates(stored, demand), demand);
  expect(renewed.authority).toBe(stored.authority);
  expect(renewed.serving).not.toBe(stored.serving);
  expect(judgeCertificates(renewed, demand)).toEqual({ kind: 'sound' });
  expect(new X509Certificate(renewed.serving).checkIssued(new X509Certificate(stored.authority))).toBe(true);
});

test('O-6.12: a new CA stands before the old one, so that both are trusted meanwhile', async () => {
  const demand = { hosts, now: new Date('2035-12-01T00:00:00Z') };
  const renewed = await renewCertificates(stored, judgeCertificates(stored, demand), demand);
  const both = renewed.authority.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----\n/g);
  expect(both).toHaveLength(2);
  expect(both?.[1]).toBe(stored.authority);
  expect(isIssuedBy(renewed.serving, renewed.authority)).toBe(true);
  expect(judgeCertificates(renewed, demand)).toEqual({ kind: 'sound' });
});

test('O-6.12: a CA that has ended is not carried on', async () => {
  const demand = { hosts, now: new Date('2037-01-01T00:00:00Z') };
  const renewed = await renewCertificates(stored, judgeCertificates(stored, demand), demand);
  expect(renewed.authority.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
});

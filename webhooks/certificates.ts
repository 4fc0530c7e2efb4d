import { createPrivateKey, generateKeyPair, randomBytes, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { names } from '../src/api/index.ts';

/** What the Secret holds, as PEM text; a key that is missing there is empty here (O-6.7). */
export interface StoredCertificates {
  /** The CA, followed by the one before it while both are in use. */
  readonly authority: string;
  readonly authorityKey: string;
  readonly serving: string;
  readonly servingKey: string;
}

/** What a server certificate must be good for. */
export interface ServingDemand {
  /** The first is the common name; all of them, host names and addresses alike, are alternative names. */
  readonly hosts: readonly string[];
  readonly now: Date;
}

export type CertificateVerdict =
  | { readonly kind: 'sound' }
  | { readonly kind: 'renewServing'; readonly reason: string }
  | { readonly kind: 'renewAuthority'; readonly reason: string };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/**
 * A certificate is replaced when it has less than this left (O-6.9). Of a server certificate's year that is the last
 * quarter; a share of the life of whatever is found would replace pairs that another installation still accepts.
 */
const LOOK_AHEAD_MS = 90 * DAY_MS;
const AUTHORITY_YEARS = 10;
const SERVING_YEARS = 1;

/** Judges a pair found in the Secret; any that is valid long enough is kept, whoever made it (O-6.8, O-6.9). */
export function judgeCertificates(stored: StoredCertificates, demand: ServingDemand): CertificateVerdict {
  const authority = readCertificate(stored.authority);
  const authorityFault =
    judgePair(authority, stored.authorityKey, demand.now) ?? (authority?.ca ? undefined : 'is no CA');
  if (!authority || authorityFault !== undefined) {
    return { kind: 'renewAuthority', reason: `the CA ${authorityFault}` };
  }
  const serving = readCertificate(stored.serving);
  const servingFault =
    judgePair(serving, stored.servingKey, demand.now) ?? judgeServing(serving!, authority, demand);
  if (servingFault === undefined) return { kind: 'sound' };
  return { kind: 'renewServing', reason: `the server certificate ${servingFault}` };
}

/**
 * Makes what a verdict calls for. A new CA is put before the present one, which clients must go on trusting until every
 * replica serves a certificate of the new one (O-6.12).
 */
export async function renewCertificates(
  stored: StoredCertificates,
  verdict: CertificateVerdict,
  demand: ServingDemand,
): Promise<StoredCertificates> {
  if (verdict.kind === 'sound') return stored;
  const isSameAuthority = verdict.kind === 'renewServing';
  const issuer = isSameAuthority
    ? { certificate: stored.authority, key: stored.authorityKey }
    : await makeAuthority(demand.now);
  const serving = await makeServingPair(issuer, demand);
  const predecessor = isSameAuthority ? '' : predecessorOf(stored.authority, demand.now);
  return {
    authority: `${issuer.certificate}${predecessor}`,
    authorityKey: issuer.key,
    serving: serving.certificate,
    servingKey: serving.key,
  };
}

/** Whether the first certificate of `authority` signed that of `serving`. */
export function isIssuedBy(serving: string, authority: string): boolean {
  const issuer = readCertificate(authority);
  const issued = readCertificate(serving);
  return issuer !== undefined && issued !== undefined && issued.verify(issuer.publicKey);
}

/** Whether both can be read and belong together. */
export function isPair(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** Whether the first certificate in the text is valid at a moment. */
export function isValidAt(certificate: string, now: Date): boolean {
  const read = readCertificate(certificate);
  return read !== undefined && read.validFromDate <= now && now < read.validToDate;
}

interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** The first certificate in a PEM text, or nothing when there is none that can be read. */
function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function judgePair(certificate: X509Certificate | undefined, key: string, now: Date): string | undefined {
  if (!certificate) return 'is missing or cannot be read';
  if (certificate.validFromDate > now) return 'is not valid yet';
  if (certificate.validToDate.getTime() - now.getTime() < LOOK_AHEAD_MS) {
    return `ends on ${certificate.validToDate.toISOString()}`;
  }
  return isPair(certificate.toString(), key) ? undefined : 'does not belong to its key';
}

function judgeServing(
  serving: X509Certificate,
  authority: X509Certificate,
  demand: ServingDemand,
): string | undefined {
  if (!serving.checkIssued(authority) || !serving.verify(authority.publicKey))
    return 'was not signed by the CA';
  const missing = demand.hosts.find((host) => !coversHost(serving, host));
  return missing === undefined ? undefined : `is not for ${missing}`;
}

function coversHost(certificate: X509Certificate, host: string): boolean {
  const found =
    isIP(host) === 0 ? certificate.checkHost(host, { subject: 'never' }) : certificate.checkIP(host);
  return found !== undefined;
}

/** The present CA alone, as long as somebody may still serve a certificate of it. */
function predecessorOf(authority: string, now: Date): string {
  const present = readCertificate(authority);
  return present && isValidAt(authority, now) ? `${present.toString().trim()}\n` : '';
}

async function makeAuthority(now: Date): Promise<KeyedCertificate> {
  const subject = [
    { name: 'commonName', value: names.certificateAuthority },
    { name: 'organizationName', value: names.certificateOrganisation },
  ];
  const { certificate, key } = await newCertificate(now, AUTHORITY_YEARS);
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'subjectKeyIdentifier' },
    { name: 'subjectAltName', altNames: [alternativeName(names.certificateAuthority)] },
  ]);
  return sign(certificate, key, key);
}

async function makeServingPair(
  issuer: KeyedCertificate,
  { hosts, now }: ServingDemand,
): Promise<KeyedCertificate> {
  const authority = forge.pki.certificateFromPem(issuer.certificate);
  const { certificate, key } = await newCertificate(now, SERVING_YEARS);
  certificate.setSubject([{ name: 'commonName', value: hosts[0]! }]);
  certificate.setIssuer(authority.subject.attributes);
  certificate.setExtensions([
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: hosts.map(alternativeName) },
    ...issuerIdentifier(authority),
  ]);
  return sign(certificate, key, issuer.key);
}

/** Tells the CA from the one before it, which has the same name; without it clients may try the wrong one alone. */
function issuerIdentifier(authority: forge.pki.Certificate): object[] {
  const extension = authority.getExtension('subjectKeyIdentifier') as {
    subjectKeyIdentifier?: string;
  } | null;
  const identifier = extension?.subjectKeyIdentifier;
  return identifier
    ? [{ name: 'authorityKeyIdentifier', keyIdentifier: forge.util.hexToBytes(identifier) }]
    : [];
}

/** A certificate without names yet. It is valid from an hour ago, for clocks that are behind (O-6.8). */
async function newCertificate(
  now: Date,
  years: number,
): Promise<{ certificate: forge.pki.Certificate; key: string }> {
  // Node's own generator: pure JavaScript would hold up the event loop for a second or more.
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // The first byte keeps the number positive and in its shortest form, without which Go reads no certificate.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(now.getTime() - HOUR_MS);
  certificate.validity.notAfter = new Date(now);
  certificate.validity.notAfter.setUTCFullYear(now.getUTCFullYear() + years);
  return { certificate, key: privateKey };
}

function sign(certificate: forge.pki.Certificate, key: string, issuerKey: string): KeyedCertificate {
  certificate.sign(forge.pki.privateKeyFromPem(issuerKey), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'), key };
}

/** The types of alternative names are numbers: 2 for a host name, 7 for an address. */
function alternativeName(host: string): { type: number; value?: string; ip?: string } {
  return isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host };
}

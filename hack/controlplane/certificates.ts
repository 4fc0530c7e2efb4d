import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

import forge from 'node-forge';

const dayMs = 24 * 60 * 60 * 1000;
const validDays = 365;

/** A certificate and its private key, both as PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Whom a certificate names, and what it may be used for. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  /** DNS names and IP addresses; given for a server, left out for a client. */
  readonly hosts?: readonly string[];
}

/** A certificate authority for one control plane. */
export interface CertificateAuthority {
  /** The authority's own certificate, as PEM. */
  readonly certificate: string;
  readonly key: string;
  issue(request: CertificateRequest): Promise<KeyedCertificate>;
}

/** Makes a certificate authority whose key never leaves this process except into the control plane's data folder. */
export async function createCertificateAuthority(commonName: string): Promise<CertificateAuthority> {
  const pair = await generateKeys();
  const subject = subjectOf({ commonName });
  const own = unsignedCertificate(pair.publicKey, subject, subject);
  own.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  const signingKey = forge.pki.privateKeyFromPem(pair.privateKey);
  own.sign(signingKey, forge.md.sha256.create());
  const issue = async (request: CertificateRequest): Promise<KeyedCertificate> => {
    const keys = await generateKeys();
    const leaf = unsignedCertificate(keys.publicKey, subjectOf(request), subject);
    leaf.setExtensions(leafExtensions(request));
    leaf.sign(signingKey, forge.md.sha256.create());
    return { certificate: forge.pki.certificateToPem(leaf), key: keys.privateKey };
  };
  return { certificate: forge.pki.certificateToPem(own), key: pair.privateKey, issue };
}

/** A fresh RSA key pair as PEM; RSA because node-forge signs with nothing newer that Kubernetes takes. */
export function generateKeys(): Promise<{ publicKey: string; privateKey: string }> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

function unsignedCertificate(
  publicKey: string,
  subject: forge.pki.CertificateField[],
  issuer: forge.pki.CertificateField[],
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // The first byte keeps the number positive and in its shortest form, without which no certificate is read.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - dayMs);
  certificate.validity.notAfter = new Date(Date.now() + validDays * dayMs);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer);
  return certificate;
}

function subjectOf({ commonName, organizations = [] }: CertificateRequest): forge.pki.CertificateField[] {
  return [
    ...organizations.map((value) => ({ name: 'organizationName', value })),
    { name: 'commonName', value: commonName },
  ];
}

function leafExtensions({ hosts }: CertificateRequest): object[] {
  const usage = hosts === undefined ? { clientAuth: true } : { serverAuth: true };
  const extensions: object[] = [
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', ...usage },
  ];
  if (hosts === undefined) return extensions;
  const altNames = hosts.map((host) =>
    /^[\d.]+$/.test(host) ? { type: 7, ip: host } : { type: 2, value: host },
  );
  return [...extensions, { name: 'subjectAltName', altNames }];
}

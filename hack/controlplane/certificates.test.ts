import { X509Certificate, createPrivateKey } from 'node:crypto';
import { connect, createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { once } from 'node:events';

import { expect, test } from 'vitest';

import { createCertificateAuthority } from './certificates.ts';

test('a server certificate names its hosts and is signed by its authority', async () => {
  const authority = await createCertificateAuthority('authority');
  const issued = await authority.issue({ commonName: 'server', hosts: ['localhost', '127.0.0.1'] });
  const certificate = new X509Certificate(issued.certificate);
  const root = new X509Certificate(authority.certificate);
  expect(certificate.checkIssued(root)).toBe(true);
  expect(certificate.verify(root.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(issued.key))).toBe(true);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkIP('127.0.0.2')).toBeUndefined();
  expect(root.ca).toBe(true);
  expect(certificate.ca).toBe(false);
});

test('a client certificate carries the user and its groups, and a TLS server takes it', async () => {
  const authority = await createCertificateAuthority('authority');
  const [server, client] = await Promise.all([
    authority.issue({ commonName: 'server', hosts: ['localhost'] }),
    authority.issue({ commonName: 'joe', organizations: ['team', 'staff'] }),
  ]);
  const ca = authority.certificate;
  const listener = createServer({ ca, cert: server.certificate, key: server.key, requestCert: true });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const options = { ca, cert: client.certificate, key: client.key, servername: 'localhost' };
  const socket = connect({ ...options, host: '127.0.0.1', port });
  const [peer] = (await once(listener, 'secureConnection')) as [TLSSocket];
  expect(peer.authorized).toBe(true);
  expect(peer.getPeerCertificate().subject).toEqual({ CN: 'joe', O: ['team', 'staff'] });
  socket.destroy();
  listener.close();
});

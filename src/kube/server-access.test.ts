import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findServer, inClusterAccess } from './server-access.ts';

const folder = mkdtempSync(join(tmpdir(), 'access-'));
afterAll(() => rmSync(folder, { recursive: true }));

function kubeconfigWith(user: string, cluster = ''): string {
  const path = join(folder, `${Math.random()}.yaml`);
  writeFileSync(
    path,
    `apiVersion: v1
kind: Config
current-context: here
contexts: [{ name: here, context: { cluster: c, user: u, namespace: team-a } }]
clusters: [{ name: c, cluster: { server: "https://server.test:6443"${cluster} } }]
users: [{ name: u, user: ${user} }]
`,
  );
  return path;
}

test.each([
  { name: 'a name', host: '10.0.0.1', want: 'https://10.0.0.1:6443' },
  { name: 'an IPv6 address', host: 'fd00::1', want: 'https://[fd00::1]:6443' },
])(
  'in a pod the server is found by $name of the environment, the token in its file',
  async ({ host, want }) => {
    writeFileSync(join(folder, 'token'), 'secret\n');
    writeFileSync(join(folder, 'ca.crt'), 'authority');
    writeFileSync(join(folder, 'namespace'), 'kueue-system');
    const environment = { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: '6443' };
    const access = inClusterAccess(environment, folder);
    expect(access).toMatchObject({ server: want, namespace: 'kueue-system' });
    expect(await access.headers()).toEqual({ authorization: 'Bearer secret' });
    expect(await access.tls()).toEqual({ ca: 'authority' });
  },
);

test('a rotated authority is used for the next connection', async () => {
  writeFileSync(join(folder, 'ca.crt'), 'old');
  const access = inClusterAccess({ KUBERNETES_SERVICE_HOST: 'server' }, folder);
  writeFileSync(join(folder, 'ca.crt'), 'new');
  expect(await access.tls()).toEqual({ ca: 'new' });
});

test.each([
  { name: 'a token', user: '{ token: secret }', want: 'Bearer secret' },
  { name: 'a password', user: '{ username: me, password: secret }', want: `Basic ${btoa('me:secret')}` },
  {
    name: 'the token that a command prints',
    user: `{ exec: { apiVersion: client.authentication.k8s.io/v1, command: echo, args: ['{"status":{"token":"printed"}}'] } }`,
    want: 'Bearer printed',
  },
])('a kubeconfig lets us in by $name', async ({ user, want }) => {
  const access = await findServer(kubeconfigWith(user));
  expect(access).toMatchObject({ server: 'https://server.test:6443', namespace: 'team-a' });
  expect(await access.headers()).toEqual({ authorization: want });
});

test('a kubeconfig lets us in by a client certificate, checked against its authority', async () => {
  const [authority, certificate, key] = ['ca', 'cert', 'key'].map((text) => btoa(text));
  const user = `{ client-certificate-data: ${certificate}, client-key-data: ${key} }`;
  const access = await findServer(kubeconfigWith(user, `, certificate-authority-data: ${authority}`));
  const tls = await access.tls();
  expect([tls.ca, tls.cert, tls.key].map(String)).toEqual(['ca', 'cert', 'key']);
  expect(await access.headers()).toEqual({});
});

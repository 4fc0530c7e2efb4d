import { once } from 'node:events';
import { createServer } from 'node:net';

import { expect, test } from 'vitest';

import { findFreePort } from './free-port.ts';

test('a free port can be listened on, and lies below the range of outgoing connections', async () => {
  const port = await findFreePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  expect(port).toBeLessThan(32_768);
});

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const lowestPort = 20_000;
const highestPort = 32_000;
const tries = 200;

/**
 * A loopback port that nobody listens on now. It lies below the ports that systems give to outgoing connections: a client
 * that keeps dialling a stopped server there could be given that very port, connect to itself, and block the restart.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const port = randomInt(lowestPort, highestPort);
    if (await canListen(port)) return port;
  }
  throw new Error(`No free loopback port found between ${lowestPort} and ${highestPort}.`);
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

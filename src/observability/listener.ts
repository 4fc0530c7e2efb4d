import type { AddressInfo, Server, Socket } from 'node:net';
import type { BindAddress } from './bind-address.ts';

/** A server that listens, with the connections that it will end when it stops. */
export class Listener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** The server is any whose connections are TCP ones: http, https, http2. */
  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Listens, and returns the port; a port that cannot be had is an error. */
  async start(address: BindAddress): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(address, resolve);
    await promise;
    this.#server.off('error', reject);
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no more connections and ends those that are open: answers here are short and asked for again. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPair } from './certificates.ts';
import type { ServingPair } from './server.ts';

export interface CertificateFilesOptions {
  /** The folder of `tls.crt` and `tls.key`. */
  readonly directory: string;
  /** Takes each pair that is to be served from now on. */
  readonly serve: (pair: ServingPair) => void;
  /** Told of a pair that cannot be used; the one served before stays. */
  readonly onError: (error: unknown) => void;
  readonly intervalMs?: number;
}

const INTERVAL_MS = 10_000;

/**
 * Serves certificates that somebody else makes, cert-manager for example, and keeps up with their renewal (O-6.1, O-6.13).
 * The files are read again and again: mounted Secrets change by links, which watching a file does not tell of.
 */
export class CertificateFiles {
  readonly #options: CertificateFilesOptions;
  #served: ServingPair | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CertificateFilesOptions) {
    this.#options = options;
  }

  /** Serves the files' pair; throws when there is none that can be used. */
  async start(): Promise<void> {
    await this.#check();
    this.#plan();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #plan(): void {
    this.#timer = setTimeout(() => void this.#checkAgain(), this.#options.intervalMs ?? INTERVAL_MS);
    this.#timer.unref();
  }

  async #checkAgain(): Promise<void> {
    try {
      await this.#check();
    } catch (error) {
      this.#options.onError(error);
    }
    if (this.#timer) this.#plan();
  }

  async #check(): Promise<void> {
    const { directory, serve } = this.#options;
    const [certificate, key] = await Promise.all([
      readFile(join(directory, 'tls.crt'), 'utf8'),
      readFile(join(directory, 'tls.key'), 'utf8'),
    ]);
    if (certificate === this.#served?.certificate && key === this.#served.key) return;
    if (!isPair(certificate, key))
      throw new Error(`tls.crt and tls.key in ${directory} do not belong together`);
    this.#served = { certificate, key };
    serve(this.#served);
  }
}

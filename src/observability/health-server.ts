import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseBindAddress } from './bind-address.ts';
import { Listener } from './listener.ts';

/** Rejects when what it looks at is not in order; why is not shown to callers. */
export type HealthCheck = () => Promise<void>;

export interface HealthServerOptions {
  /** `host:port`; `0` switches the probes off (O-3.1). */
  readonly bindAddress: string;
  readonly livenessPath?: string;
  readonly readinessPath?: string;
  /** By name; each has a path of its own below the readiness path. */
  readonly readinessChecks?: Readonly<Record<string, HealthCheck>>;
  /** Told why a check failed. */
  readonly onFailure?: (check: string, error: unknown) => void;
}

interface Probe {
  readonly path: string;
  readonly checks: Readonly<Record<string, HealthCheck>>;
}

/** Answers the probes over plain HTTP, on every replica alike (O-8.1 to O-8.3). */
export class HealthServer {
  readonly #options: HealthServerOptions;
  readonly #listener: Listener;
  readonly #liveness: Probe;
  readonly #readiness: Probe;
  #isReady = false;

  constructor(options: HealthServerOptions) {
    this.#options = options;
    const { livenessPath = '/healthz', readinessPath = '/readyz', readinessChecks } = options;
    this.#liveness = { path: rooted(livenessPath), checks: { healthz: () => Promise.resolve() } };
    this.#readiness = { path: rooted(readinessPath), checks: readinessChecks ?? {} };
    this.#listener = new Listener(createServer((request, response) => void this.#answer(request, response)));
  }

  /** Listens, and returns the port; undefined when the probes are switched off. */
  async start(): Promise<number | undefined> {
    const address = parseBindAddress(this.#options.bindAddress);
    return address && this.#listener.start(address);
  }

  stop(): Promise<void> {
    return this.#listener.stop();
  }

  /** From now on the readiness path exists (O-8.1). */
  markReady(): void {
    this.#isReady = true;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://probe');
    const checks = this.#checksAt(pathname);
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    response.setHeader('x-content-type-options', 'nosniff');
    if (!checks) {
      response.writeHead(404).end('404 page not found');
      return;
    }
    const results = await this.#run(checks);
    const isHealthy = results.every(({ isOk }) => isOk);
    const isBrief = isHealthy && !searchParams.has('verbose');
    response.writeHead(isHealthy ? 200 : 500).end(isBrief ? 'ok' : reportOf(results, isHealthy));
  }

  /** All checks of a probe, or the one that is named below its path. */
  #checksAt(pathname: string): Probe['checks'] | undefined {
    for (const { path, checks } of this.#isReady ? [this.#liveness, this.#readiness] : [this.#liveness]) {
      if (pathname === path || pathname === `${path}/`) return checks;
      const name = pathname.startsWith(`${path}/`) ? pathname.slice(path.length + 1) : '';
      const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
      if (check) return { [name]: check };
    }
    return undefined;
  }

  #run(checks: Probe['checks']): Promise<CheckResult[]> {
    return Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        try {
          await check();
          return { name, isOk: true };
        } catch (error) {
          this.#options.onFailure?.(name, error);
          return { name, isOk: false };
        }
      }),
    );
  }
}

interface CheckResult {
  readonly name: string;
  readonly isOk: boolean;
}

/** The body that lists the checks, in sorted order (O-8.2). */
function reportOf(results: readonly CheckResult[], isHealthy: boolean): string {
  const lines = results
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, isOk }) => (isOk ? `[+]${name} ok` : `[-]${name} failed: reason withheld`));
  return [...lines, `healthz check ${isHealthy ? 'passed' : 'failed'}`].join('\n');
}

function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';

const outputLimit = 256 * 1024 * 1024;

/** What else to give to a kubectl run. */
export interface KubectlOptions {
  /** Goes to its standard input, for `-f -`. */
  readonly input?: string;
  /** Another kubeconfig than the administrator's. */
  readonly kubeconfig?: string;
}

/** Which kubectl to run, and against what. */
export interface KubectlTarget {
  readonly path: string;
  readonly kubeconfig: string;
  readonly dataDir: string;
}

/** Runs kubectl and returns what it printed; an error carries what it wrote to stderr. */
export function runKubectl(
  target: KubectlTarget,
  args: readonly string[],
  options: KubectlOptions = {},
): Promise<string> {
  // A cache of its own: kubectl keys what it knows of a server by address, and ports come back.
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: target.dataDir,
    KUBECONFIG: options.kubeconfig ?? target.kubeconfig,
    KUBECACHEDIR: join(target.dataDir, 'kubectl-cache'),
  };
  return new Promise((resolve, reject) => {
    const child = execFile(target.path, args, { env, maxBuffer: outputLimit }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else
        reject(
          new Error(`kubectl ${args.join(' ')} failed: ${stderr.trim() || error.message}`, { cause: error }),
        );
    });
    // It may end before it has read everything, as it does when it refuses its arguments.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

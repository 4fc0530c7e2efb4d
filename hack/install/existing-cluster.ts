import { execFile } from 'node:child_process';

import { ensureBinaries } from '../controlplane/build.ts';
import type { Cluster } from './cluster.ts';

const outputLimit = 256 * 1024 * 1024;

/** A cluster that somebody else runs, reached by a kubeconfig with the user's own environment and the user's own kubectl. */
export async function existingCluster(kubeconfig: string): Promise<Cluster> {
  const path = await findKubectl();
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  return {
    kubeconfig,
    kubectl: (args, { input = '' } = {}) => run(path, args, { env, input }),
  };
}

async function findKubectl(): Promise<string> {
  const probe = run('kubectl', ['version', '--client'], { env: process.env, input: '' });
  if (await probe.then(Boolean, () => false)) return 'kubectl';
  return (await ensureBinaries(['kubectl'])).get('kubectl') ?? 'kubectl';
}

interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly input: string;
}

function run(path: string, args: readonly string[], { env, input }: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(path, args, { env, maxBuffer: outputLimit }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const complaint = stderr.trim() || error.message;
      reject(new Error(`kubectl ${args.join(' ')} failed: ${complaint}`, { cause: error }));
    });
    // It may end before it has read everything, as it does when it refuses its arguments.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

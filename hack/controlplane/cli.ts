import { once } from 'node:events';
import { parseArgs } from 'node:util';

import { keepDataVariable, start } from './index.ts';

const help = `Runs an embedded Kubernetes control plane with simulated nodes on this machine.

usage: node hack/controlplane/cli.ts up [options]

  --nodes N               number of simulated nodes (default 3)
  --gpus N                nvidia.com/gpu on each of them (default 0)
  --feature-gates LIST    Name=true,Other=false
  --help                  this text

Prints the export lines for your shell, then runs until Ctrl-C, and removes its data then.
${keepDataVariable}=1 keeps the data folder with the logs. The first start builds the programs, which takes minutes.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    nodes: { type: 'string', default: '3' },
    gpus: { type: 'string', default: '0' },
    'feature-gates': { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || positionals.length !== 1 || positionals[0] !== 'up') {
  (values.help ? process.stdout : process.stderr).write(help);
  process.exit(values.help ? 0 : 2);
}

const gpus: Record<string, string> = values.gpus === '0' ? {} : { 'nvidia.com/gpu': values.gpus };
const controlPlane = await start({
  nodes: [
    { name: 'node', count: parseCount(values.nodes), allocatable: { cpu: '16', memory: '64Gi', ...gpus } },
  ],
  featureGates: parseGates(values['feature-gates']),
});
process.stdout.write(
  `# Kubernetes is ready at ${controlPlane.server}; data and logs are in ${controlPlane.dataDir}.\n` +
    `export KUBECONFIG=${controlPlane.kubeconfig}\n` +
    `export KUBECACHEDIR=${controlPlane.dataDir}/kubectl-cache\n`,
);

// The channel to the supervisor keeps no program alive; this one waits for its signal.
const idle = setInterval(() => undefined, 1 << 30);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
clearInterval(idle);
await controlPlane.stop();

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw new Error(`--nodes takes a number, not ${text}.`);
  return count;
}

function parseGates(text: string): Record<string, boolean> {
  const pairs = text.split(',').filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => pair.split('=')).map(([name, value]) => [name, value !== 'false']),
  );
}

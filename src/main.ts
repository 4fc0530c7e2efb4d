import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { readConfiguration } from './api/index.ts';
import type { Configuration } from './api/index.ts';
import { parseCommandLine } from './command-line.ts';
import type { CommandLine } from './command-line.ts';
import { connect, userAgentOf } from './kube/index.ts';
import { Manager } from './manager.ts';
import { createLogger } from './observability/index.ts';
import type { Logger } from './observability/index.ts';
import packageFile from '../package.json' with { type: 'json' };

const namespaceFile = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';
const build = {
  version: packageFile.version,
  commit: process.env['QUAYMASTER_COMMIT'] ?? 'unknown',
  date: process.env['QUAYMASTER_BUILD_DATE'] ?? 'unknown',
};

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const parsed = parseCommandLine(args);
  switch (parsed.kind) {
    case 'help':
      process.stdout.write(parsed.text);
      return;
    case 'invalid':
      process.stderr.write(`${parsed.message}\nTry --help.\n`);
      process.exitCode = 1;
      return;
    case 'run':
      await run(parsed.commandLine);
  }
}

async function run(commandLine: CommandLine): Promise<void> {
  const logger = createLogger({ level: commandLine.logLevel, verbosity: commandLine.logVerbosity });
  try {
    const configuration = await loadConfiguration(commandLine);
    logger.info('Configuration loaded', { configuration });
    const userAgent = userAgentOf(build.version, build.commit);
    const client = await connect({ kubeconfig: commandLine.kubeconfig, userAgent });
    const manager = new Manager({
      configuration,
      client,
      logger,
      build,
      insecureMetrics: commandLine.insecureMetrics,
      onLeadershipLost: () => process.exit(1),
    });
    stopOnSignal(manager, logger);
    await manager.start();
  } catch (error) {
    logger.error('Start failed', { error });
    process.exit(1);
  }
}

/** @throws Error with every fault of the settings, each with its field (O-2, O-4). */
async function loadConfiguration({ config, featureGates }: CommandLine): Promise<Configuration> {
  const raw: unknown =
    config === undefined ? undefined : parse(await readFile(config, 'utf8'), { uniqueKeys: true });
  const podNamespace = await readFile(namespaceFile, 'utf8').catch(() => undefined);
  const result = readConfiguration(raw, {
    ...(podNamespace === undefined ? {} : { podNamespace }),
    ...(featureGates === undefined ? {} : { featureGates }),
  });
  if (result.kind === 'valid') return result.configuration;
  const [first = '', ...others] = result.errors;
  throw new Error(others.length === 0 ? first : `[${result.errors.join(', ')}]`);
}

/** The first signal ends what is under way in order; a second one ends the process at once (O-8.8). */
function stopOnSignal(manager: Manager, logger: Logger): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.info('Stopping', { signal });
    manager.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error('Stop failed', { error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

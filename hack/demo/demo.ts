import { parseCommandLine } from './command-line.ts';
import type { DemoOptions } from './command-line.ts';
import { startDemo } from './run-demo.ts';
import type { DemoRun } from './run-demo.ts';
import { createScreen } from './screen.ts';

const interruptedCode = 130;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const command = parseCommandLine(args);
  switch (command.kind) {
    case 'help':
      process.stdout.write(command.text);
      return;
    case 'invalid':
      process.stderr.write(`${command.message}\nTry npm run demo -- --help\n`);
      process.exitCode = 2;
      return;
    case 'run':
      // A step that was interrupted may still be under way, and would keep this process.
      process.exit(await demonstrate(command.options));
  }
}

/** The exit code says whether all is as it should be. */
async function demonstrate(options: DemoOptions): Promise<number> {
  const screen = createScreen(process.stdout);
  const interruption = waitForInterruption();
  const demo = startDemo(options, screen);
  try {
    const outcome = await Promise.race([demo.finished, interruption.then(() => undefined)]);
    if (outcome === undefined) return interruptedCode;
    for (const line of outcome.lines) screen.say(line);
    if (options.keep) await keepRunning(demo, interruption);
    return outcome.isGood ? 0 : 1;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    screen.finish();
    // What is interrupted fails when its cluster goes away, and nobody waits for it any more.
    demo.finished.catch(() => undefined);
    await demo.close();
  }

  async function keepRunning({ kubeconfig }: DemoRun, until: Promise<void>): Promise<void> {
    screen.say('\nEverything is left running, until Ctrl-C. In another terminal:\n');
    screen.say(`export KUBECONFIG=${kubeconfig()}`);
    screen.say('kubectl get clusterqueues,cohorts,resourceflavors');
    screen.say('kubectl get jobs,workloads -n team-red');
    screen.say('kubectl create -f config/samples/quickstart/queue.yaml');
    screen.say('kubectl create -f config/samples/quickstart/job.yaml');
    // Nothing else need be open, and the process must not end by itself.
    const alive = setInterval(() => undefined, 60_000);
    await until;
    clearInterval(alive);
  }
}

/** Resolves at the first Ctrl-C; the second ends this process at once, and with it all others. */
function waitForInterruption(): Promise<void> {
  return new Promise((resolve) => {
    let isInterrupted = false;
    const interrupt = () => {
      if (isInterrupted) process.exit(interruptedCode);
      isInterrupted = true;
      process.stderr.write('\nEnding everything …\n');
      resolve();
    };
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
  });
}

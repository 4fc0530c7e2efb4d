import { isDeepStrictEqual } from 'node:util';
import { compareCycles, compareStates } from './compare.ts';
import type { LastMessages } from './compare.ts';
import { observeCycle, observeState } from './observe.ts';
import { schedulingOptionsOf } from './scenario-options.ts';
import { ScenarioWorld } from './scenario-world.ts';
import type { ExpectedCycle, Scenario, Step } from './scenario.ts';

/** Runs a scenario; gives the differences from what it expects, none if all is as recorded. */
export function runScenario(scenario: Scenario): readonly string[] {
  const world = new ScenarioWorld(schedulingOptionsOf(scenario));
  const last: LastMessages = new Map();
  world.applyAll(scenario.objects);
  world.rest();
  for (const [index, step] of scenario.steps.entries()) {
    world.now = Date.parse(step.at);
    world.sampleUsage();
    world.disturb(step);
    world.rest();
    const differences = runStep(step, world, last);
    // What comes after a difference only repeats it.
    if (differences.length > 0) return differences.map((text) => `step ${index + 1}, ${text}`);
  }
  return [];
}

function runStep(step: Step, world: ScenarioWorld, last: LastMessages): readonly string[] {
  const { cycles: expected = [], ended, state = {} } = step.expect ?? {};
  const seen =
    step.schedule === undefined ? { cycles: [], ended: undefined } : schedule(step.schedule, world);
  const differences: string[] = [];
  for (let index = 0; index < Math.max(expected.length, seen.cycles.length); index += 1) {
    const [want, got] = [expected[index], seen.cycles[index]];
    const where = `cycle ${index + 1}`;
    if (want === undefined) differences.push(`${where} is not expected: ${JSON.stringify(got)}`);
    else if (got === undefined) differences.push(`${where} did not happen: ${JSON.stringify(want)}`);
    else differences.push(...compareCycles(want, got, last).map((text) => `${where}, ${text}`));
  }
  if (differences.length > 0) return differences;
  if (ended !== seen.ended) differences.push(`ended: expected ${ended}, seen ${seen.ended}`);
  return [...differences, ...compareStates(state, observeState(world), last)];
}

function schedule(
  plan: NonNullable<Step['schedule']>,
  world: ScenarioWorld,
): { readonly cycles: readonly ExpectedCycle[]; readonly ended: string } {
  const { untilIdle = false, tick = '0s' } = plan;
  const cyclesMax = cyclesMaxOf(plan);
  const recorded: ExpectedCycle[] = [];
  let before = observeState(world);
  while (recorded.length < cyclesMax && world.state.queues.hasHeads()) {
    const cycle = observeCycle(world.runRound(), world);
    world.rest();
    world.now += Number.parseFloat(tick) * 1000;
    const after = observeState(world);
    const isRepeated = isDeepStrictEqual([cycle, after], [recorded.at(-1), before]);
    if (untilIdle && isRepeated && isFruitless(cycle)) return { cycles: recorded, ended: 'repeats' };
    recorded.push(cycle);
    before = after;
  }
  return { cycles: recorded, ended: world.state.queues.hasHeads() ? 'limit' : 'idle' };
}

function cyclesMaxOf({ cycles, limit }: NonNullable<Step['schedule']>): number {
  return cycles ?? limit ?? 0;
}

function isFruitless({ admitted = {}, preempted = {} }: ExpectedCycle): boolean {
  return Object.keys(admitted).length + Object.keys(preempted).length === 0;
}

import { runRound } from '../core/cycle/index.ts';
import type { Decision, RoundResult } from '../core/cycle/index.ts';
import type { AdmissionWriter } from './admission-writer.ts';
import type { ControllerContext } from './context.ts';
import type { PendingReporter } from './pending-reporter.ts';
import type { PreemptionWriter } from './preemption-writer.ts';
import { SearchMetrics } from './search-metrics.ts';
import { UnreadyWorkloads } from './unready-workloads.ts';

/** How long rounds may follow each other before watches and webhooks get their turn. */
const TURN_MS = 10;
/** The pauses between rounds that admit nothing (S-4.1). */
const pausesMs = [1, 2, 4, 8, 10];
/**
 * Rounds without any change after which the scheduler rests until there is one. A head with several pod sets can
 * go round its flavors for ever (S-5.23), and would be judged and reported again and again.
 */
const FRUITLESS_ROUNDS_MAX = 256;

/** Who carries decisions out. */
export interface DecisionWriters {
  readonly admissions: AdmissionWriter;
  readonly preemptions: PreemptionWriter;
  readonly pending: PendingReporter;
}

/**
 * Runs scheduling rounds whenever something is ready, and hands their decisions over (S-4.1). A round itself never
 * awaits; what it decided is in the state before the next one starts.
 */
export class Scheduler {
  readonly #context: ControllerContext;
  readonly #writers: DecisionWriters;
  readonly #searches: SearchMetrics;
  readonly #unready = new UnreadyWorkloads();
  #isRunning = false;
  #immediate: NodeJS.Immediate | undefined;
  #cancelTimer: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;
  #round = 0;
  #fruitlessRounds = 0;
  /** The state's version after the last round. */
  #judgedVersion: number | undefined;
  /** The state's version at which a round found that repeating it would change nothing. */
  #settledVersion: number | undefined;

  constructor(context: ControllerContext, writers: DecisionWriters) {
    this.#context = context;
    this.#writers = writers;
    this.#searches = new SearchMetrics(context.metrics);
  }

  /** Starts deciding; the state must have been loaded (L-15.4). */
  start(): void {
    this.#isRunning = true;
    const { state, settings } = this.#context;
    const isBlocking = settings.scheduling.blockAdmission;
    if (isBlocking) this.#unready.load(state);
    this.#unsubscribe = state.subscribe((change) => {
      if (isBlocking) this.#unready.observe(change);
      this.#wake();
    });
    this.#wake();
  }

  /** Stops deciding at once; writes that were handed over go on. */
  stop(): void {
    this.#isRunning = false;
    this.#unsubscribe?.();
    this.#cancelTimer?.();
    if (this.#immediate) clearImmediate(this.#immediate);
  }

  #wake(): void {
    if (!this.#isRunning || this.#immediate) return;
    if (this.#context.state.version === this.#settledVersion) return;
    this.#immediate = setImmediate(() => {
      this.#immediate = undefined;
      this.#takeTurn();
    });
  }

  #takeTurn(): void {
    const { state, clock } = this.#context;
    this.#cancelTimer?.();
    const startedMs = clock.monotonicMs();
    let result: RoundResult | undefined;
    do {
      state.flushWakeUps(clock.now());
      if (!state.queues.hasHeads()) break;
      result = this.#runRound();
    } while (!result.isSettled && hasAdmitted(result) && clock.monotonicMs() - startedMs < TURN_MS);
    const isExhausted = this.#fruitlessRounds >= FRUITLESS_ROUNDS_MAX;
    if (result && (result.isSettled || isExhausted)) this.#settledVersion = state.version;
    this.#planNext(result);
  }

  #planNext(result: RoundResult | undefined): void {
    const { state, clock } = this.#context;
    if (state.queues.hasHeads() && this.#settledVersion !== state.version) {
      if (result && hasAdmitted(result)) this.#wake();
      else this.#wakeAfter(pausesMs[Math.min(this.#fruitlessRounds, pausesMs.length - 1)] ?? 1);
      return;
    }
    const dueMs = state.nextDueMs();
    if (dueMs !== undefined) this.#wakeAfter(Math.max(1, dueMs - clock.now()));
  }

  #wakeAfter(delayMs: number): void {
    this.#cancelTimer = this.#context.clock.after(delayMs, () => {
      this.#settledVersion = undefined;
      this.#wake();
    });
  }

  #runRound(): RoundResult {
    const { state, clock, settings, metrics } = this.#context;
    const startedMs = clock.monotonicMs();
    this.#round += 1;
    const { scheduling } = settings;
    const options = { scheduling, round: this.#round, isWaitingForPodsReady: this.#unready.areAny };
    const result = runRound(state, options, clock.now());
    for (const decision of result.decisions) this.#carryOut(decision);
    this.#searches.record(result.decisions);
    const isFruitless = !hasAdmitted(result) && state.version === this.#judgedVersion;
    this.#fruitlessRounds = isFruitless ? this.#fruitlessRounds + 1 : 0;
    this.#judgedVersion = state.version;
    const durationS = (clock.monotonicMs() - startedMs) / 1000;
    metrics.recordRound({ result: hasAdmitted(result) ? 'success' : 'inadmissible', durationS });
    return result;
  }

  #carryOut(decision: Decision): void {
    switch (decision.kind) {
      case 'admit':
        this.#writers.admissions.admit(decision);
        return;
      case 'wait':
        this.#writers.pending.report(decision);
        return;
      case 'preempt':
        this.#writers.preemptions.preempt(decision);
        this.#writers.pending.report(decision);
        return;
      case 'drop':
        return;
    }
  }
}

function hasAdmitted({ decisions }: RoundResult): boolean {
  return decisions.some(({ kind }) => kind === 'admit');
}

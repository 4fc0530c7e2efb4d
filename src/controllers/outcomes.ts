import { TerminalError } from '../kube/index.ts';
import type { ReconcileResult, WriteOutcome } from '../kube/index.ts';

/** The end of a pass after which only a new event calls for another. */
export const done: ReconcileResult = { kind: 'done' };
/** The end of a pass that was computed from something old: another follows at once. */
export const again: ReconcileResult = { kind: 'again', afterMs: 0 };

/**
 * How a pass goes on after its write: a stale picture is looked at again, an object that is gone needs nothing
 * more, and a refusal is thrown so that the queue retries with backoff (L-6.1).
 */
export function resultOf(outcome: WriteOutcome, doing: string): ReconcileResult {
  switch (outcome.kind) {
    case 'ok':
    case 'skipped':
    case 'notFound':
    case 'stopped':
      return done;
    case 'conflict':
    case 'exists':
      return again;
    case 'refused':
      throw new Error(`${doing}: ${outcome.error.message}`, { cause: outcome.error });
    default:
      return unreachable(outcome);
  }
}

/** Whether the write took effect, or had none to take. */
export function isWritten(outcome: WriteOutcome): boolean {
  return outcome.kind === 'ok' || outcome.kind === 'skipped';
}

function unreachable(outcome: never): never {
  throw new TerminalError(`unknown write outcome ${JSON.stringify(outcome)}`);
}

export type {
  AdmitDecision,
  Decision,
  PreemptDecision,
  Preemption,
  RoundResult,
  WaitDecision,
  WakesOn,
} from './decision.ts';
export { judgeEligibility } from './judge-eligibility.ts';
export type { Eligibility, Refusal } from './judge-eligibility.ts';
export type { ClusterQueueView, RoundOptions, RoundWorld } from './round-world.ts';
export { runRound } from './run-round.ts';

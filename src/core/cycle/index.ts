export type {
  AdmitDecision,
  Decision,
  PreemptDecision,
  Preemption,
  RoundResult,
  WaitDecision,
  WakesOn,
} from './decision.ts';
export { describeExplanation } from './describe-explanation.ts';
export { explain } from './explain.ts';
export type { Explanation, Shortage, Verdict } from './explanation.ts';
export { judgeEligibility } from './judge-eligibility.ts';
export type { Eligibility, Refusal } from './judge-eligibility.ts';
export type { ClusterQueueView, RoundOptions, RoundWorld } from './round-world.ts';
export { runRound } from './run-round.ts';

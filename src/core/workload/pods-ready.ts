import type { Workload } from '../../api/index.ts';
import { findCondition, setCondition } from './conditions.ts';
import { messages } from './messages.ts';
import { isAdmitted } from './predicates.ts';
import type { EpochMs } from './times.ts';

type PodsReadyReason = 'WaitForStart' | 'WaitForRecovery' | 'Started' | 'Recovered';

const messageByReason: Record<PodsReadyReason, string> = {
  WaitForStart: messages.podsNotReady,
  WaitForRecovery: messages.podsRecovering,
  Started: messages.podsReady,
  Recovered: messages.podsReady,
};

/** Records whether the job's pods are ready. Only a new status or reason is written (L-8.2, A-7.8). */
export function setPodsReady(workload: Workload, areReady: boolean, now: EpochMs): Workload {
  const reason = podsReadyReason(workload, areReady);
  const status = reason === 'Started' || reason === 'Recovered' ? 'True' : 'False';
  const old = findCondition(workload, 'PodsReady');
  if (old?.status === status && normalReason(old.reason) === reason) return workload;
  return setCondition(workload, { type: 'PodsReady', status, reason, message: messageByReason[reason] }, now);
}

function podsReadyReason(workload: Workload, areReady: boolean): PodsReadyReason {
  if (!isAdmitted(workload)) return 'WaitForStart';
  const old = findCondition(workload, 'PodsReady');
  const isRecovering = old?.reason === 'WaitForRecovery';
  if (areReady) return isRecovering || old?.reason === 'Recovered' ? 'Recovered' : 'Started';
  return isRecovering || old?.status === 'True' ? 'WaitForRecovery' : 'WaitForStart';
}

/** `PodsReady` is an old spelling of WaitForStart on a False condition. */
function normalReason(reason: string): string {
  return reason === 'PodsReady' ? 'WaitForStart' : reason;
}

export { ApiError } from './api-error.ts';
export { systemClock } from './clock.ts';
export type { Clock, Random } from './clock.ts';
export { connect, userAgentOf } from './connect.ts';
export type { ConnectOptions } from './connect.ts';
export { EventRecorder } from './event-recorder.ts';
export type { KubeEvent, ObjectReference } from './event-recorder.ts';
export type {
  ChangeRequest,
  CreateRequest,
  DeleteRequest,
  KubeClient,
  KubeList,
  KubeObject,
  ObjectPlace,
  Selection,
} from './kube-client.ts';
export { LeaderElection } from './leader-election.ts';
export type { LeaderElectionOptions } from './leader-election.ts';
export { apiVersionOf, resourcePath } from './resource-type.ts';
export type { ResourcePlace, ResourceType } from './resource-type.ts';
export { resources } from './resources.ts';
export { Watch } from './watch.ts';
export type { WatchHandler, WatchOptions } from './watch.ts';
export { TerminalError, WorkQueue } from './work-queue.ts';
export type { ReconcileResult, WorkQueueOptions } from './work-queue.ts';
export type { WriteClass, WriteOutcome, WriteRequest } from './write-request.ts';
export { Writer } from './writer.ts';
export type { WriterCounters, WriterOptions } from './writer.ts';

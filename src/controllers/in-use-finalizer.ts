import { finalizers } from '../api/index.ts';
import type { WriteOutcome } from '../kube/index.ts';
import type { KubeObject, StateKind } from '../state/index.ts';
import type { ControllerContext } from './context.ts';

type Objects = Pick<ControllerContext, 'objects'>;

/** Adds our finalizer where the webhook did not; nothing is sent where it is on already. */
export function addFinalizer(
  { objects }: Objects,
  kind: StateKind,
  object: KubeObject,
): Promise<WriteOutcome> {
  const present = object.metadata.finalizers ?? [];
  const isOn = present.includes(finalizers.resourceInUse);
  const body = isOn ? undefined : { metadata: { finalizers: [...present, finalizers.resourceInUse] } };
  return objects.patchBody(kind, object, { body, class: 'status' });
}

/** Takes our finalizer off, so that a deletion can go on; nothing is sent where it is off already. */
export function removeFinalizer(
  { objects }: Objects,
  kind: StateKind,
  object: KubeObject,
): Promise<WriteOutcome> {
  const present = object.metadata.finalizers ?? [];
  const left = present.filter((finalizer) => finalizer !== finalizers.resourceInUse);
  const body = left.length === present.length ? undefined : { metadata: { finalizers: left } };
  return objects.patchBody(kind, object, { body, class: 'status' });
}

import type { OwnerReference } from '../api/index.ts';
import type { JobObject } from './integration.ts';
import { queueNameOf } from './job-labels.ts';
import { integrationOfKind } from './registry.ts';

const STEPS_MAX = 10;

/** Which kinds and settings decide whether an owner manages its children. */
export interface AncestorPolicy {
  readonly manageJobsWithoutQueueName: boolean;
  /** `Kind.version.group` of each enabled or external kind. */
  readonly isEnabled: (apiVersion: string, kind: string) => boolean;
}

/** The search cannot end: a cycle, a missing owner, or too deep a nesting (L-3.2). */
export class AncestorError extends Error {
  readonly isTooDeep: boolean;
  constructor(message: string, options: { isTooDeep?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.isTooDeep = options.isTooDeep ?? false;
  }
}

/**
 * Walks the controller owners of an object upwards and keeps the topmost one that is managed (L-3.2, I-1.9).
 * The caller reads each owner that `next` names and gives it to `visit`; reading is not this class's business.
 */
export class AncestorSearch {
  #current: JobObject;
  #result: JobObject | undefined;
  #steps = 0;
  readonly #policy: AncestorPolicy;
  readonly #seen = new Set<string>();

  constructor(start: JobObject, policy: AncestorPolicy) {
    this.#current = start;
    this.#policy = policy;
  }

  /** The topmost managed ancestor found so far; final once `next` is undefined. */
  get result(): JobObject | undefined {
    return this.#result;
  }

  /** The owner to read next, in the namespace of the start, or none when the search is over. */
  next(): OwnerReference | undefined {
    const { uid } = this.#current.metadata;
    if (this.#seen.has(uid)) throw new AncestorError('cyclic ownership');
    this.#seen.add(uid);
    const owner = controllerOf(this.#current);
    return owner && isKnownOwner(owner) ? owner : undefined;
  }

  /** Takes what was read for `reference`; false ends the search. A missing owner is an error. */
  visit(reference: OwnerReference, owner: JobObject | undefined): boolean {
    if (!owner) throw new AncestorError('workload owner not found');
    if (owner.metadata.uid !== reference.uid) return false;
    const { isEnabled, manageJobsWithoutQueueName } = this.#policy;
    const isManaged = manageJobsWithoutQueueName || queueNameOf(owner) !== undefined;
    if (isManaged && isEnabled(reference.apiVersion, reference.kind)) this.#result = owner;
    this.#steps += 1;
    if (this.#steps > STEPS_MAX) {
      throw new AncestorError(`ancestor depth exceeded limit of ${STEPS_MAX}`, { isTooDeep: true });
    }
    this.#current = owner;
    return true;
  }
}

/** The owner that controls an object, if any. */
export function controllerOf(object: JobObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

function isKnownOwner({ apiVersion, kind }: OwnerReference): boolean {
  const isReplicaSet = apiVersion === 'apps/v1' && kind === 'ReplicaSet';
  return isReplicaSet || integrationOfKind(apiVersion, kind) !== undefined;
}

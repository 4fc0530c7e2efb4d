import type { ReconcileResult } from '../kube/index.ts';
import type { ControllerContext } from './context.ts';
import { addFinalizer, removeFinalizer } from './in-use-finalizer.ts';
import { done, resultOf } from './outcomes.ts';

/** Kinds that must outlive the ClusterQueues which refer to them. */
export type ReferencedKind = 'ResourceFlavor' | 'AdmissionCheck';

/** Keeps an object that ClusterQueues refer to until the last of them is gone (L-13.1, L-13.12). */
export class ReferencedObjectController {
  readonly #context: ControllerContext;
  readonly #kind: ReferencedKind;
  readonly #isInUse: (name: string) => boolean;

  constructor(context: ControllerContext, kind: ReferencedKind, isInUse: (name: string) => boolean) {
    this.#context = context;
    this.#kind = kind;
    this.#isInUse = isInUse;
  }

  async reconcile(name: string): Promise<ReconcileResult> {
    const object = this.#context.state.get(this.#kind, name);
    if (!object) return done;
    if (object.metadata.deletionTimestamp === undefined) {
      const held = await addFinalizer(this.#context, this.#kind, object);
      return resultOf(held, `hold ${this.#kind} ${name}`);
    }
    if (this.#isInUse(name)) return done;
    const released = await removeFinalizer(this.#context, this.#kind, object);
    return resultOf(released, `let go ${this.#kind} ${name}`);
  }
}

import { withExactShare } from '../api/index.ts';
import type { Cohort } from '../api/index.ts';
import { mergePatch } from '../core/workload/index.ts';
import type { ReconcileResult } from '../kube/index.ts';
import type { ControllerContext } from './context.ts';
import { done, resultOf } from './outcomes.ts';
import { shareStatus } from './share-status.ts';

/** Keeps a Cohort's status: its share, with fair sharing; that of a cyclic one stays as it is (L-13.11). */
export class CohortController {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  async reconcile(name: string): Promise<ReconcileResult> {
    const { state, objects } = this.#context;
    const before = state.get('Cohort', name);
    if (!before || state.tree.isCohortCyclic(name)) return done;
    const patch = mergePatch(before, this.#withShare(before));
    const body = patch && withExactShare(patch);
    const outcome = await objects.patchBody('Cohort', before, {
      class: 'status',
      subresource: 'status',
      body,
    });
    return resultOf(outcome, `write status of cohort ${name}`);
  }

  #withShare(cohort: Cohort): Cohort {
    const { state, settings } = this.#context;
    const share = settings.scheduling.fairSharing && state.tree.shareOfCohort(cohort.metadata.name);
    const { fairSharing: _, ...others } = cohort.status;
    return { ...cohort, status: { ...others, ...(share && { fairSharing: shareStatus(share) }) } };
  }
}

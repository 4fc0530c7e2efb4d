import { keyOf } from '../state/index.ts';
import type { ControllerContext } from './context.ts';
import { again, done, resultOf } from './outcomes.ts';
import type { ReconcileResult } from '../kube/index.ts';

/** Carries a WorkloadPriorityClass's value to every Workload that names the class (L-13.10). */
export class PriorityClassController {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  async reconcile(name: string): Promise<ReconcileResult> {
    const { state, objects } = this.#context;
    const priorityClass = state.get('WorkloadPriorityClass', name);
    if (!priorityClass) return done;
    const { value } = priorityClass;
    const stale = [...state.workloadsOfPriorityClass(name)].filter(({ spec }) => spec.priority !== value);
    const results = await Promise.all(
      stale.map(async (workload) => {
        const body = { spec: { priority: value } };
        const outcome = await objects.patchBody('Workload', workload, { body, class: 'create' });
        return resultOf(outcome, `write priority of workload ${keyOf(workload)}`);
      }),
    );
    return results.some(({ kind }) => kind === 'again') ? again : done;
  }
}

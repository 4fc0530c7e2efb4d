import { hash } from 'node:crypto';
import type { PodTemplateSpec, Workload } from '../api/index.ts';
import type { KubeObject, StateKind } from './state-kinds.ts';

/**
 * Shares what equal objects have in common: thousands of jobs of one user have one pod template in memory. A shared
 * value goes away with its last user.
 */
export class TemplatePool {
  readonly #shared = new Map<string, WeakRef<object>>();
  readonly #emptied = new FinalizationRegistry<string>((digest) => {
    if (this.#shared.get(digest)?.deref() === undefined) this.#shared.delete(digest);
  });

  /** The object without what nobody reads (managedFields) and with its pod templates shared. */
  prepare(kind: StateKind, object: KubeObject): KubeObject {
    const lean = withoutManagedFields(object);
    return kind === 'Workload' ? this.#withSharedPodSets(lean as Workload) : this.#withSharedTemplate(lean);
  }

  /** Gives the one value that stands for all with this content; the API server writes equal content in equal order. */
  share<T extends object>(value: T): T {
    const digest = hash('sha256', JSON.stringify(value), 'base64');
    const present = this.#shared.get(digest)?.deref();
    if (present !== undefined) return present as T;
    this.#shared.set(digest, new WeakRef(value));
    this.#emptied.register(value, digest);
    return value;
  }

  #withSharedPodSets(workload: Workload): Workload {
    const podSets = workload.spec.podSets.map((podSet) => ({
      ...podSet,
      template: this.share(podSet.template),
    }));
    return { ...workload, spec: { ...workload.spec, podSets } };
  }

  /** Jobs carry labels of their own in the template's metadata, so only the pod spec is alike. */
  #withSharedTemplate(object: KubeObject): KubeObject {
    const { spec } = object as { spec?: { template?: PodTemplateSpec } };
    if (typeof spec?.template?.spec !== 'object') return object;
    const template = { ...spec.template, spec: this.share(spec.template.spec) };
    return { ...object, spec: { ...spec, template } } as KubeObject;
  }
}

function withoutManagedFields(object: KubeObject): KubeObject {
  if (!('managedFields' in object.metadata)) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

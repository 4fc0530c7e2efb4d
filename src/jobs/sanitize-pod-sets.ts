import type { Container, EnvVar, PodSet } from '../api/index.ts';

/**
 * Reduces doubled environment variables of every container to the last value at the first position (L-3.6, I-1.18):
 * the API server merges them by name, so a Workload could not hold them.
 */
export function sanitizePodSets(podSets: readonly PodSet[]): PodSet[] {
  return podSets.map((podSet) => {
    const { spec } = podSet.template;
    if (!spec) return podSet;
    const containers = spec.containers.map(sanitizeContainer);
    const initContainers = spec.initContainers?.map(sanitizeContainer);
    const isUnchanged =
      containers.every((container, index) => container === spec.containers[index]) &&
      (initContainers ?? []).every((container, index) => container === spec.initContainers?.[index]);
    if (isUnchanged) return podSet;
    const sanitized = { ...spec, containers, ...(initContainers ? { initContainers } : {}) };
    return { ...podSet, template: { ...podSet.template, spec: sanitized } };
  });
}

function sanitizeContainer(container: Container): Container {
  const env = container.env ?? [];
  const byName = new Map<string, EnvVar>();
  for (const variable of env) byName.set(variable.name, variable);
  return byName.size === env.length ? container : { ...container, env: [...byName.values()] };
}

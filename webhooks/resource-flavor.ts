import type { ResourceFlavor, Taint, Toleration } from '../src/api/index.ts';
import { duplicate, invalid } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';
import { invalidForEach, labelKeyFaults, labelsErrors, labelValueFaults } from './name-rules.ts';

/** Faults of a ResourceFlavor on create and update. */
export function resourceFlavorErrors({ spec }: ResourceFlavor): FieldError[] {
  return [
    ...labelsErrors('spec.nodeLabels', spec.nodeLabels),
    ...taintErrors('spec.nodeTaints', spec.nodeTaints ?? []),
    ...tolerationErrors('spec.tolerations', spec.tolerations ?? []),
  ];
}

/** Faults of the keys of tolerations; an empty key matches every taint. */
export function tolerationErrors(path: string, tolerations: readonly Toleration[]): FieldError[] {
  return tolerations.flatMap(({ key }, i) =>
    key ? invalidForEach(`${path}[${i}].key`, key, labelKeyFaults(key)) : [],
  );
}

function taintErrors(path: string, taints: readonly Taint[]): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, i) => {
    const { key, effect, value = '' } = taint;
    const valueFaults = labelValueFaults(value);
    const errors = invalidForEach(`${path}[${i}].key`, key, labelKeyFaults(key));
    if (valueFaults.length > 0) errors.push(invalid(`${path}[${i}].value`, value, valueFaults.join(';')));
    const pair = JSON.stringify([key, effect]);
    if (seen.has(pair)) {
      errors.push(duplicate(`${path}[${i}]`, taint, 'taints must be unique by key and effect pair'));
    }
    seen.add(pair);
    return errors;
  });
}

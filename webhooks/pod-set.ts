import type { Container, PodSet, PodSetTopologyRequest, ResourceRequirements } from '../src/api/index.ts';
import { canonicalQuantity, compareQuantities, PODS_RESOURCE } from '../src/core/amounts/index.ts';
import { forbidden, invalid, required } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';
import { annotationsErrors, labelsErrors, nonNegativeDetail, sortedEntries } from './name-rules.ts';
import type { WebhookOptions } from './options.ts';

/** Faults of one pod set of a Workload (A-6.30 number 1, T-3.29). */
export function podSetErrors(
  path: string,
  { template, topologyRequest }: PodSet,
  options: WebhookOptions,
): FieldError[] {
  const metadataPath = `${path}.template.metadata`;
  const specPath = `${path}.template.spec`;
  const { metadata, spec } = template;
  const metadataErrors = [
    ...labelsErrors(`${metadataPath}.labels`, metadata?.labels),
    ...annotationsErrors(`${metadataPath}.annotations`, metadata?.annotations),
  ];
  return [
    ...(options.validatePodSetMetadata ? metadataErrors : []),
    ...containerErrors(`${specPath}.initContainers`, spec?.initContainers, options),
    ...containerErrors(`${specPath}.containers`, spec?.containers, options),
    ...resourceErrors(`${specPath}.resources`, spec?.resources, options),
    ...(options.validateSliceSize && topologyRequest
      ? sliceErrors(`${path}.topologyRequest`, topologyRequest)
      : []),
  ];
}

function containerErrors(
  path: string,
  containers: readonly Container[] | undefined,
  options: WebhookOptions,
): FieldError[] {
  return (containers ?? []).flatMap(({ resources }, i) =>
    resourceErrors(`${path}[${i}].resources`, resources, options),
  );
}

function resourceErrors(
  path: string,
  resources: ResourceRequirements | undefined,
  options: WebhookOptions,
): FieldError[] {
  return (['requests', 'limits'] as const).flatMap((list) =>
    sortedEntries(resources?.[list]).flatMap(([name, quantity]) => {
      const place = `${path}.${list}[${name}]`;
      const errors =
        name === PODS_RESOURCE ? [invalid(place, name, 'the key is reserved for internal kueue use')] : [];
      if (options.validateNonNegativeResources && compareQuantities(quantity, 0) < 0) {
        errors.push(invalid(place, canonicalQuantity(quantity), nonNegativeDetail));
      }
      return errors;
    }),
  );
}

function sliceErrors(path: string, request: PodSetTopologyRequest): FieldError[] {
  const constraints = request.podsetSliceRequiredTopologyConstraints ?? [];
  return [
    ...sliceSizeErrors(`${path}.podSetSliceSize`, request),
    ...constraints.flatMap(({ size }, k) =>
      positiveErrors(`${path}.podsetSliceRequiredTopologyConstraints[${k}].size`, size),
    ),
  ];
}

function sliceSizeErrors(path: string, request: PodSetTopologyRequest): FieldError[] {
  const { podSetSliceRequiredTopology: topology, podSetSliceSize: size } = request;
  if (topology === undefined) {
    return size === undefined
      ? []
      : [forbidden(path, 'may not be set when podSetSliceRequiredTopology is not specified')];
  }
  if (size === undefined)
    return [required(path, 'must be set when podSetSliceRequiredTopology is specified')];
  return positiveErrors(path, size);
}

function positiveErrors(path: string, size: number): FieldError[] {
  return size > 0 ? [] : [invalid(path, size, 'must be greater than 0')];
}

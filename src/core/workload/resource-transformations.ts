import { multiplyNano, parseQuantity } from '../amounts/index.ts';
import type { ResourceTransformation } from './options.ts';

type NanoMap = ReadonlyMap<string, bigint>;

/** The requests of one pod with inputs turned into outputs, exact in billionths (S-1.18). The same map when no
 * requested resource is an input; outputs are never inputs of another transformation. */
export function transformResources(
  requests: NanoMap,
  transformations: readonly ResourceTransformation[],
): NanoMap {
  const active = transformations.filter(({ input }) => requests.has(input));
  if (active.length === 0) return requests;
  const retained = new Map(requests);
  const generated = new Map<string, bigint>();
  for (const transformation of active) {
    if (transformation.strategy === 'Replace') retained.delete(transformation.input);
    const base = baseOf(transformation, requests);
    for (const [output, factor] of Object.entries(transformation.outputs)) {
      const amount = multiplyNano(base, parseQuantity(factor).nano);
      generated.set(output, (generated.get(output) ?? 0n) + amount);
    }
  }
  for (const [output, amount] of generated) {
    const positive = amount < 0n ? 0n : amount;
    retained.set(output, (retained.get(output) ?? 0n) + positive);
  }
  return retained;
}

function baseOf(transformation: ResourceTransformation, requests: NanoMap): bigint {
  const quantity = requests.get(transformation.input) ?? 0n;
  const multiplier =
    transformation.multiplyBy === undefined ? undefined : requests.get(transformation.multiplyBy);
  return multiplier === undefined ? quantity : multiplyNano(quantity, multiplier);
}

import { annotations } from '../src/api/index.ts';
import { duplicate, forbidden, invalid, invalidWithoutValue, required } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';
import { invalidForEach, labelKeyFaults } from './name-rules.ts';

type Annotations = Readonly<Record<string, string>>;

const {
  podSetRequiredTopology: requiredKey,
  podSetPreferredTopology: preferredKey,
  podSetUnconstrainedTopology: unconstrainedKey,
  podSetSliceRequiredTopology: sliceKey,
  podSetSliceSize: sizeKey,
  podSetSliceRequiredTopologyConstraints: constraintsKey,
  podSetGroupName: groupKey,
} = annotations;

const modes = [requiredKey, preferredKey, unconstrainedKey];
const INT32_MAX = 2 ** 31 - 1;
const LAYERS_MAX = 3;
const UINT64_MAX = 2n ** 64n - 1n;
const sizeDetail = 'must be greater than or equal to 1';

/** Faults of the topology annotations of a pod template whose metadata is at `path` (T-3.6 to T-3.22). */
export function topologyErrors(
  path: string,
  values: Annotations,
  options: { readonly multiLayerTopology: boolean },
): FieldError[] {
  const at = (key: string): string => `${path}.annotations[${key}]`;
  return [
    ...modeErrors(`${path}.annotations`, values),
    ...[requiredKey, preferredKey, sliceKey].flatMap((key) =>
      key in values ? invalidForEach(at(key), values[key], labelKeyFaults(values[key]!)) : [],
    ),
    ...(groupKey in values ? groupErrors(at(groupKey), values) : []),
    ...unconstrainedErrors(at(unconstrainedKey), values[unconstrainedKey]),
    ...sliceSizeErrors(at(sizeKey), values),
    ...(constraintsKey in values ? constraintsErrors(at(constraintsKey), values, options) : []),
  ];
}

/** Faults that need the number of pods: a slice may not be larger than the pod set (T-3.23, T-3.24). */
export function sliceCountErrors(path: string, values: Annotations, count: number): FieldError[] {
  const at = (key: string): string => `${path}.annotations[${key}]`;
  const detail = `must not be greater than pod set count ${count}`;
  const errors: FieldError[] = [];
  const size = values[sizeKey];
  if (size !== undefined && Number(size) > count) errors.push(invalid(at(sizeKey), size, detail));
  const outermost = parseLayers(values[constraintsKey] ?? '[]')?.[0]?.size;
  if (outermost !== undefined && outermost > count)
    errors.push(invalid(at(constraintsKey), outermost, detail));
  return errors;
}

/** Faults of an elastic job: its pods come and go, so they cannot be kept in one place (T-3.28). */
export function elasticTopologyErrors(path: string, values: Annotations): FieldError[] {
  const words = [
    [requiredKey, 'required'],
    [preferredKey, 'preferred'],
  ] as const;
  return words.flatMap(([key, word]) =>
    key in values
      ? [forbidden(`${path}.annotations.${key}`, `${word} topology is not supported with elastic jobs`)]
      : [],
  );
}

function modeErrors(path: string, values: Annotations): FieldError[] {
  if (modes.filter((key) => key in values).length <= 1) return [];
  const list = modes.map((key) => JSON.stringify(key)).join(', ');
  return [invalidWithoutValue(path, `must not contain more than one topology annotation: [${list}]`)];
}

function groupErrors(path: string, values: Annotations): FieldError[] {
  const name = values[groupKey]!;
  const isNumber = /^\d+$/.test(name) && BigInt(name) <= UINT64_MAX;
  const hasMode = requiredKey in values || preferredKey in values;
  const neither = `may not be set when neither '${preferredKey}' nor '${requiredKey}' is specified`;
  return [
    ...(isNumber ? [invalid(path, name, 'must not be a number')] : []),
    ...[sizeKey, sliceKey, constraintsKey].flatMap((key) => forbiddenBeside(path, key, values)),
    ...(hasMode ? [] : [forbidden(path, neither)]),
  ];
}

function unconstrainedErrors(path: string, value: string | undefined): FieldError[] {
  if (value === undefined || /^(1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/.test(value)) return [];
  return [invalid(path, value, 'must be a boolean value')];
}

function sliceSizeErrors(path: string, values: Annotations): FieldError[] {
  const size = values[sizeKey];
  if (size === undefined) {
    return sliceKey in values ? [required(path, `must be set when '${sliceKey}' is specified`)] : [];
  }
  const pairing =
    sliceKey in values ? [] : [forbidden(path, `may not be set when '${sliceKey}' is not specified`)];
  if (!isInt32(size)) return [invalid(path, size, 'must be a numeric value'), ...pairing];
  return [...(Number(size) < 1 ? [invalid(path, size, sizeDetail)] : []), ...pairing];
}

function constraintsErrors(
  path: string,
  values: Annotations,
  { multiLayerTopology }: { multiLayerTopology: boolean },
): FieldError[] {
  if (!multiLayerTopology) {
    return [forbidden(path, 'the TASMultiLayerTopology feature gate must be enabled to use this annotation')];
  }
  const text = values[constraintsKey]!;
  const beside = [sliceKey, sizeKey].flatMap((key) => forbiddenBeside(path, key, values));
  const layers = parseLayers(text);
  if (!layers) {
    const detail = 'must be a valid JSON array: expected objects with a text topology and an integer size';
    return [...beside, invalid(path, text, detail)];
  }
  if (layers.length < 1 || layers.length > LAYERS_MAX) {
    const detail = `topology constraints must contain between 1 and ${LAYERS_MAX} entries`;
    return [...beside, invalid(path, text, detail)];
  }
  return [...beside, ...layers.flatMap((_layer, i) => layerErrors(path, layers, i))];
}

interface Layer {
  readonly topology: string;
  readonly size: number;
}

function layerErrors(path: string, layers: readonly Layer[], i: number): FieldError[] {
  const { topology, size } = layers[i]!;
  const first = layers.findIndex((layer) => layer.topology === topology);
  const next = layers[i + 1]?.size ?? 0;
  const errors = invalidForEach(`${path}[${i}].topology`, topology, labelKeyFaults(topology));
  if (size < 1) errors.push(invalid(`${path}[${i}].size`, size, sizeDetail));
  if (first < i) errors.push(duplicate(`${path}[${i}].topology`, `${topology} (also at index ${first})`));
  if (next > 0 && size % next !== 0) {
    errors.push(invalid(`${path}[${i + 1}].size`, next, `must evenly divide the parent layer size ${size}`));
  }
  return errors;
}

/** The layers of the constraints annotation, or nothing when the text is not of that shape (T-3.3). */
function parseLayers(text: string): Layer[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'object' && entry !== null))
    return undefined;
  const layers = value.map(({ topology = '', size = 0 }: Partial<Layer>) => ({ topology, size }));
  const isWellFormed = layers.every(
    ({ topology, size }) => typeof topology === 'string' && isInt32(String(size)),
  );
  return isWellFormed ? layers : undefined;
}

function isInt32(text: string): boolean {
  return /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) <= INT32_MAX;
}

function forbiddenBeside(path: string, key: string, values: Annotations): FieldError[] {
  return key in values ? [forbidden(path, `may not be set when '${key}' is specified`)] : [];
}

import type { AdmissionCheckState, PodSetUpdate, PodTemplateSpec, Toleration } from '../../api/index.ts';
import { canonicalJson } from './canonical-json.ts';
import { keys } from './keys.ts';

/** What an admission adds to the pods of one pod set when its job starts (L-3.9). */
export interface PodSetInfo {
  readonly name: string;
  readonly count: number;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly schedulingGates: readonly { readonly name: string }[];
}

type Conflict = { readonly kind: 'conflict'; readonly message: string };
export type MergedTemplate = { readonly kind: 'merged'; readonly template: PodTemplateSpec } | Conflict;
export type MergedInfo = { readonly kind: 'merged'; readonly info: PodSetInfo } | Conflict;

type StringMap = Readonly<Record<string, string>>;

interface Maps {
  readonly annotations: StringMap | undefined;
  readonly labels: StringMap | undefined;
  readonly nodeSelector: StringMap | undefined;
}

type MergedMaps = { readonly kind: 'merged'; readonly maps: Maps } | { kind: 'conflict'; text: string };

const mapParts = ['annotations', 'labels', 'nodeSelector'] as const;
const CONFLICT = 'invalid admission check PodSetUpdate: ';

/** The template with an info merged in; a key that has another value is a conflict (L-9.6, I-1.21). */
export function mergePodSetInfo(template: PodTemplateSpec, info: PodSetInfo): MergedTemplate {
  const { metadata, spec } = template;
  const present = {
    annotations: metadata?.annotations,
    labels: metadata?.labels,
    nodeSelector: spec?.nodeSelector,
  };
  const merged = mergeMaps(present, info);
  if (merged.kind === 'conflict') return { kind: 'conflict', message: `${CONFLICT}${merged.text}` };
  const { nodeSelector, ...metadataMaps } = merged.maps;
  const tolerations = mergeTolerations(spec?.tolerations ?? [], info.tolerations);
  const schedulingGates = mergeGates(spec?.schedulingGates ?? [], info.schedulingGates);
  const changes = { ...filled({ nodeSelector, tolerations, schedulingGates }) };
  return {
    kind: 'merged',
    template: {
      ...template,
      metadata: { ...metadata, ...filled(metadataMaps) },
      spec: { containers: [], ...spec, ...changes },
    },
  };
}

/** Without the entries that are absent or empty. */
function filled(parts: Readonly<Record<string, object | undefined>>): object {
  return Object.fromEntries(
    Object.entries(parts).filter(([, part]) => part !== undefined && Object.keys(part).length > 0),
  );
}

/** The info with the updates of all admission checks merged in, in list order; of each check the first update that
 * names the pod set counts (L-3.9, L-9.6). */
export function mergePodSetUpdates(info: PodSetInfo, checks: readonly AdmissionCheckState[]): MergedInfo {
  let after = info;
  for (const check of checks) {
    const update = check.podSetUpdates?.find(({ name }) => name === info.name);
    if (update === undefined) continue;
    const merged = mergeMaps(after, update);
    if (merged.kind === 'conflict') {
      return { kind: 'conflict', message: `in admission check "${check.name}": ${CONFLICT}${merged.text}` };
    }
    after = applyUpdate(after, merged.maps, update);
  }
  return { kind: 'merged', info: after };
}

/** The template with the parts that a start may have changed set to those of the original, the rest left alone; the
 * same template when they are already (I-1.22, L-3.11). */
export function restoreTemplate(template: PodTemplateSpec, original: PodTemplateSpec): PodTemplateSpec {
  const metadata = restoreParts(template.metadata, original.metadata, ['annotations', 'labels']);
  const parts = ['nodeSelector', 'tolerations', 'schedulingGates'];
  const spec = restoreParts(template.spec, original.spec, parts);
  if (metadata === template.metadata && spec === template.spec) return template;
  return { ...template, ...(metadata && { metadata }), ...(spec && { spec }) };
}

function restoreParts<Part extends Record<string, unknown>>(
  present: Part | undefined,
  original: Part | undefined,
  names: readonly string[],
): Part | undefined {
  const changed = names.filter((name) => partText(present?.[name]) !== partText(original?.[name]));
  if (changed.length === 0) return present;
  const restored: Record<string, unknown> = { ...present };
  for (const name of changed) {
    if (partText(original?.[name]) === '') delete restored[name];
    else restored[name] = original?.[name];
  }
  return restored as Part;
}

/** Equal texts for equal parts; an empty list or map counts as absent. */
function partText(part: unknown): string {
  if (part === undefined || part === null || Object.keys(part).length === 0) return '';
  return canonicalJson(part);
}

function applyUpdate(info: PodSetInfo, maps: Maps, update: PodSetUpdate): PodSetInfo {
  return {
    ...info,
    annotations: maps.annotations ?? {},
    labels: maps.labels ?? {},
    nodeSelector: maps.nodeSelector ?? {},
    tolerations: mergeTolerations(info.tolerations, update.tolerations ?? []),
  };
}

function mergeMaps(present: Partial<Maps>, added: Partial<Maps>): MergedMaps {
  for (const part of mapParts) {
    const conflict = findConflict(present[part], added[part]);
    if (conflict !== undefined) return { kind: 'conflict', text: `conflict for ${part}: ${conflict}` };
  }
  const maps: Maps = {
    annotations: union(present.annotations, added.annotations),
    labels: union(present.labels, added.labels),
    nodeSelector: union(present.nodeSelector, added.nodeSelector),
  };
  return { kind: 'merged', maps };
}

function union(present: StringMap | undefined, added: StringMap | undefined): StringMap | undefined {
  return added === undefined || Object.keys(added).length === 0 ? present : { ...present, ...added };
}

function findConflict(present: StringMap = {}, added: StringMap = {}): string | undefined {
  const key = Object.keys(added)
    .toSorted()
    .find((name) => (present[name] ?? added[name]) !== added[name] && !isReplaceable(name, added));
  if (key === undefined) return undefined;
  return `conflict for key=${key}, value1=${present[key]}, value2=${added[key]}`;
}

/** A new slice of an elastic job takes over the annotations of the old one (L-9.6). */
function isReplaceable(key: string, added: StringMap): boolean {
  return (
    added[keys.workloadSliceName] !== undefined && (key === keys.workloadSliceName || key === keys.workload)
  );
}

function mergeTolerations(
  present: readonly Toleration[],
  added: readonly Toleration[],
): readonly Toleration[] {
  const merged = [...present];
  for (const toleration of added) {
    if (!merged.some((other) => isSameToleration(other, toleration))) merged.push(toleration);
  }
  return merged.length === present.length ? present : merged;
}

/** The seconds do not tell tolerations apart, and an empty operator means Equal (L-9.6). */
function isSameToleration(a: Toleration, b: Toleration): boolean {
  return tolerationIdentity(a) === tolerationIdentity(b);
}

function tolerationIdentity({ key = '', effect = '', operator, value = '' }: Toleration): string {
  return [key, effect, operator || 'Equal', value].join('\n');
}

function mergeGates(
  present: readonly { readonly name: string }[],
  added: readonly { readonly name: string }[],
): readonly { readonly name: string }[] {
  const missing = added.filter(({ name }) => !present.some((gate) => gate.name === name));
  return missing.length === 0 ? present : [...present, ...missing];
}

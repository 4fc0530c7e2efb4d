import type { FeatureGateFacts, StageName } from './feature-gate-table.ts';
import { featureGateTable } from './feature-gate-table.ts';

export type FeatureGate = keyof typeof featureGateTable;
/** The value of every gate; read once at start-up and handed on as plain options. */
export type FeatureGates = Readonly<Record<FeatureGate, boolean>>;

export interface FeatureGateResult {
  readonly gates: FeatureGates;
  /** What is wrong with the settings (O-5.2), in a stable order; empty when all is well. */
  readonly errors: readonly string[];
}

const groups: Readonly<Record<string, StageName>> = { AllAlpha: 'alpha', AllBeta: 'beta' };

/** Every gate with the settings applied to its default (O-5). */
export function resolveFeatureGates(settings: Readonly<Record<string, boolean>> = {}): FeatureGateResult {
  const errors: string[] = [];
  const gates = Object.fromEntries(
    Object.entries(featureGateTable).map(([name, { isOn }]) => [name, isOn]),
  ) as Record<FeatureGate, boolean>;
  for (const name of Object.keys(groups)) if (Object.hasOwn(settings, name)) setGroup(gates, name, settings);
  for (const [name, value] of Object.entries(settings)) {
    if (Object.hasOwn(groups, name)) continue;
    const fault = findFault(name, value);
    if (fault === undefined) gates[name as FeatureGate] = value;
    else errors.push(fault);
  }
  return { gates, errors: errors.length > 0 ? errors : findBrokenDependencies(gates) };
}

/** Sets all gates of a stage that are not set by name (O-5.3). */
function setGroup(
  gates: Record<FeatureGate, boolean>,
  group: string,
  settings: Readonly<Record<string, boolean>>,
): void {
  for (const [name, { stage }] of Object.entries(featureGateTable)) {
    if (stage === groups[group] && !Object.hasOwn(settings, name))
      gates[name as FeatureGate] = settings[group] === true;
  }
}

function findFault(name: string, value: boolean): string | undefined {
  if (!Object.hasOwn(featureGateTable, name)) return `unrecognized feature gate: ${name}`;
  const { stage, isOn } = featureGateTable[name as FeatureGate];
  if (stage !== 'stable' || value === isOn) return undefined;
  return `cannot set feature gate ${name} to ${value}, feature is locked to ${isOn}`;
}

/** A gate that is on needs its parents on, also when it is on by default (O-5.6). */
function findBrokenDependencies(gates: FeatureGates): string[] {
  return (Object.keys(gates) as FeatureGate[]).flatMap((name) => {
    const { needs: needed = [] }: FeatureGateFacts = featureGateTable[name];
    const missing = needed.filter((parent) => !gates[parent as FeatureGate]);
    if (!gates[name] || missing.length === 0) return [];
    return [`${name} is enabled, but depends on features that are disabled: [${missing.join(' ')}]`];
  });
}

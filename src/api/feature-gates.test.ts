import { describe, expect, test } from 'vitest';
import { resolveFeatureGates } from './feature-gates.ts';

describe('feature gates (O-5)', () => {
  test('without settings every gate has its default', () => {
    const { gates, errors } = resolveFeatureGates();
    expect(errors).toEqual([]);
    expect(gates).toMatchObject({
      PartialAdmission: true,
      UnadmittedWorkloadsExplicitStatus: false,
      TLSOptions: true,
      PriorityBoost: false,
      TASReplaceNodeDueToNotReadyOverFixedTime: false,
    });
  });

  test.each<{ name: string; settings: Record<string, boolean>; want: Record<string, boolean> }>([
    {
      name: 'a group sets its stage and leaves what is named (O-5.3)',
      settings: { AllAlpha: true, PriorityBoost: false },
      want: { PriorityBoost: false, ConcurrentAdmission: true, PartialAdmission: true, TLSOptions: true },
    },
    {
      name: 'the order of group and name does not matter',
      settings: { PriorityBoost: false, AllAlpha: true },
      want: { PriorityBoost: false, ConcurrentAdmission: true },
    },
    {
      name: 'a stable gate may be given its own value',
      settings: { TLSOptions: true },
      want: { TLSOptions: true },
    },
  ])('$name', ({ settings, want }) => {
    const { gates, errors } = resolveFeatureGates(settings);
    expect(errors).toEqual([]);
    expect(gates).toMatchObject(want);
  });

  const children = Object.fromEntries(
    [
      'TASFailedNodeReplacement',
      'TASFailedNodeReplacementFailFast',
      'TASReplaceNodeOnPodTermination',
      'TASReplaceNodeOnNodeTaints',
      'TASMultiLayerTopology',
      'TASHandleOverlappingFlavors',
      'TASProfileMixed',
      'TASRecomputeAssignmentWithinSchedulingCycle',
    ].map((name) => [name, false]),
  );

  test('topology can be turned off together with its children (O-5.6)', () => {
    const { gates, errors } = resolveFeatureGates({ ...children, TopologyAwareScheduling: false });
    expect(errors).toEqual([]);
    expect(gates.TopologyAwareScheduling).toBe(false);
  });

  test.each<{ name: string; settings: Record<string, boolean>; want: string[] }>([
    { name: 'an unknown gate', settings: { Xyz: true }, want: ['unrecognized feature gate: Xyz'] },
    {
      name: 'a name that every object has',
      settings: { toString: true },
      want: ['unrecognized feature gate: toString'],
    },
    {
      name: 'a locked gate',
      settings: { TLSOptions: false },
      want: ['cannot set feature gate TLSOptions to false, feature is locked to true'],
    },
    {
      name: 'a child on while its parent is off (O-5.6)',
      settings: { ...children, TopologyAwareScheduling: false, TASProfileMixed: true },
      want: [
        'TASProfileMixed is enabled, but depends on features that are disabled: [TopologyAwareScheduling]',
      ],
    },
    {
      name: 'a child that is on by default',
      settings: { FlavorFungibility: false },
      want: [
        'FlavorFungibilityPreserveScanProgress is enabled, but depends on features that are disabled: [FlavorFungibility]',
      ],
    },
  ])('$name is an error (O-5.2)', ({ settings, want }) => {
    expect(resolveFeatureGates(settings).errors).toEqual(want);
  });
});

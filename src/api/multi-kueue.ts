import { z } from 'zod';
import { celRules, exactlyOneOf, uniqueItems } from './cel.ts';
import { conditions } from './conditions.ts';
import { rootSchema } from './kinds.ts';
import { atomicList } from './lists.ts';
import type { ObjectMeta } from './metadata.ts';

export const kubeConfigLocationType = z.enum(['Secret', 'Path']);

export const clusterProfileRef = z.object({ name: z.string().min(1).max(256) });

/** A worker cluster and how to reach it. */
export const multiKueueClusterSpec = z.object({
  clusterSource: z
    .object({
      kubeConfig: z
        .object({
          location: z.string().min(1).max(256),
          locationType: kubeConfigLocationType.default('Secret'),
        })
        .optional(),
      clusterProfileRef: clusterProfileRef.optional(),
    })
    .meta(celRules(exactlyOneOf('kubeConfig', 'clusterProfileRef'))),
});
export type MultiKueueClusterSpec = z.infer<typeof multiKueueClusterSpec>;

export const multiKueueClusterStatus = z.object({ conditions: conditions.optional() });

export const multiKueueCluster = rootSchema({
  spec: multiKueueClusterSpec.optional(),
  status: multiKueueClusterStatus.optional(),
});

/** A MultiKueueCluster as read; one stored without spec has no source. */
export interface MultiKueueCluster {
  apiVersion: string;
  kind: 'MultiKueueCluster';
  metadata: ObjectMeta;
  spec: Partial<MultiKueueClusterSpec>;
  status: z.infer<typeof multiKueueClusterStatus>;
}

/** The worker clusters a check dispatches to, in order of preference. */
export const multiKueueConfigSpec = z.object({
  clusters: atomicList(z.string().max(256)).min(1).max(20).meta(celRules(uniqueItems)),
  quotaManagement: z.enum(['Manual', 'Automated']).describe('Absent means Manual.').optional(),
});
export type MultiKueueConfigSpec = z.infer<typeof multiKueueConfigSpec>;

export const multiKueueConfig = rootSchema({ spec: multiKueueConfigSpec.optional() });

/** A MultiKueueConfig as read; one stored without spec names no clusters. */
export interface MultiKueueConfig {
  apiVersion: string;
  kind: 'MultiKueueConfig';
  metadata: ObjectMeta;
  spec: MultiKueueConfigSpec;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

import { componentArguments } from './components.ts';
import type { ComponentName, ComponentSettings } from './components.ts';
import { renderKubeconfig } from './kubeconfig.ts';
import { nodeManifests } from './nodes.ts';
import { podAnnotations } from './pod-annotations.ts';

const settings: ComponentSettings = {
  dataFolder: '/data',
  port: 20_001,
  components: ['kube-controller-manager', 'kube-scheduler', 'kwok'],
  featureGates: {},
  serverArgs: [],
};

test.each<{ component: ComponentName; wants: boolean }>([
  { component: 'kube-apiserver', wants: true },
  { component: 'kube-controller-manager', wants: true },
  { component: 'kube-scheduler', wants: true },
  { component: 'etcd', wants: false },
  { component: 'kwok', wants: false },
])('feature gates reach $component: $wants', ({ component, wants }) => {
  const args = componentArguments(component, { ...settings, featureGates: { One: true, Other: false } });
  expect(args.includes('--feature-gates=One=true,Other=false')).toBe(wants);
});

test('the flags of the caller come after ours', () => {
  const args = componentArguments('kube-apiserver', { ...settings, serverArgs: ['--profiling=true'] });
  expect(args.lastIndexOf('--profiling=true')).toBeGreaterThan(args.indexOf('--profiling=false'));
});

test.each([
  { name: 'with the controller manager', components: settings.components, want: false },
  { name: 'without the controller manager', components: [], want: true },
])('$name, service accounts are not demanded: $want', ({ components, want }) => {
  const args = componentArguments('kube-apiserver', { ...settings, components });
  expect(args.includes('--disable-admission-plugins=ServiceAccount')).toBe(want);
});

test('a node group becomes as many nodes, each with its own name and labels', () => {
  const nodes = nodeManifests([
    {
      name: 'gpu',
      count: 2,
      labels: { zone: 'a' },
      labelsOf: (index) => ({ rack: `r${index}` }),
      taints: [{ key: 'gpu', effect: 'NoSchedule' }],
      allocatable: { cpu: '8', 'nvidia.com/gpu': '4' },
    },
    { name: 'cpu', count: 1, allocatable: { cpu: '2', pods: '5' } },
  ]);
  expect(nodes.map(({ metadata }) => metadata.name)).toEqual(['gpu-0', 'gpu-1', 'cpu-0']);
  expect(nodes[1]).toMatchObject({
    metadata: { labels: { zone: 'a', rack: 'r1', 'kubernetes.io/hostname': 'gpu-1' } },
    spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] },
    status: { allocatable: { cpu: '8', 'nvidia.com/gpu': '4', pods: '110' } },
  });
  expect(nodes[2]?.status.allocatable).toEqual({ cpu: '2', pods: '5' });
});

test('a kubeconfig trusts the given authority and nothing else', () => {
  const text = renderKubeconfig({
    server: 'https://127.0.0.1:1',
    authority: 'authority',
    user: 'joe',
    client: { certificate: 'certificate', key: 'key' },
  });
  const { clusters, users } = parse(text) as { clusters: [{ cluster: unknown }]; users: [{ user: unknown }] };
  expect(clusters[0].cluster).toEqual({
    server: 'https://127.0.0.1:1',
    'certificate-authority-data': btoa('authority'),
  });
  expect(users[0].user).toEqual({
    'client-certificate-data': btoa('certificate'),
    'client-key-data': btoa('key'),
  });
});

const stages = readFileSync(join(import.meta.dirname, 'stages', 'pod.yaml'), 'utf8');
const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');

test.each(Object.values(podAnnotations))('%s is used by a stage and told in the README', (annotation) => {
  expect(stages).toContain(`"${annotation}"`);
  expect(readme).toContain(`\`${annotation}\``);
});

test('the stages use no annotation beyond the listed ones', () => {
  const used = new Set(stages.match(/test\.quaymaster\.dev\/[a-z-]+/g));
  expect([...used].sort()).toEqual(Object.values(podAnnotations).sort());
});

test('the stage files are valid YAML', () => {
  const documents = parseAllDocuments(stages);
  expect(documents.length).toBeGreaterThan(1);
  for (const document of documents) expect(document.errors).toEqual([]);
});

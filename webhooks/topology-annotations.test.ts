import { expect, test } from 'vitest';
import { elasticTopologyErrors, sliceCountErrors, topologyErrors } from './topology-annotations.ts';

const prefix = 'kueue.x-k8s.io/podset-';
const meta = 'spec.template.metadata';
const at = (key: string): string => `${meta}.annotations[${prefix}${key}]`;

function annotationsOf(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}${key}`, value]));
}

function texts(errors: { path: string; message: string }[]): string[] {
  return errors.map(({ path, message }) => `${path}: ${message}`);
}

const layers = (...entries: [string, unknown][]): string =>
  JSON.stringify(entries.map(([topology, size]) => ({ topology, size })));

interface Case {
  readonly rule: string;
  readonly values: Record<string, string>;
  readonly want: (string | RegExp)[];
}

const cases: Case[] = [
  { rule: 'T-3.1', values: { 'required-topology': 'example.com/rack' }, want: [] },
  {
    rule: 'T-3.6',
    values: { 'required-topology': 'a', 'preferred-topology': 'b' },
    want: [
      `${meta}.annotations: Invalid value: must not contain more than one topology annotation: ["kueue.x-k8s.io/podset-required-topology", "kueue.x-k8s.io/podset-preferred-topology", "kueue.x-k8s.io/podset-unconstrained-topology"]`,
    ],
  },
  {
    rule: 'T-3.7',
    values: { 'preferred-topology': '@' },
    want: [/\[kueue\.x-k8s\.io\/podset-preferred-topology\]: Invalid value: "@": name part/],
  },
  {
    rule: 'T-3.8',
    values: { 'required-topology': 'a', 'group-name': '12' },
    want: [`${at('group-name')}: Invalid value: "12": must not be a number`],
  },
  {
    rule: 'T-3.9',
    values: {
      'required-topology': 'a',
      'group-name': 'g',
      'slice-required-topology': 'a',
      'slice-size': '1',
    },
    want: [
      `${at('group-name')}: Forbidden: may not be set when '${prefix}slice-size' is specified`,
      `${at('group-name')}: Forbidden: may not be set when '${prefix}slice-required-topology' is specified`,
    ],
  },
  {
    rule: 'T-3.10',
    values: { 'group-name': 'g' },
    want: [
      `${at('group-name')}: Forbidden: may not be set when neither '${prefix}preferred-topology' nor '${prefix}required-topology' is specified`,
    ],
  },
  {
    rule: 'T-3.11',
    values: { 'unconstrained-topology': 'yes' },
    want: [`${at('unconstrained-topology')}: Invalid value: "yes": must be a boolean value`],
  },
  {
    rule: 'T-3.12',
    values: { 'slice-required-topology': 'a', 'slice-size': 'x' },
    want: [`${at('slice-size')}: Invalid value: "x": must be a numeric value`],
  },
  {
    rule: 'T-3.13',
    values: { 'slice-required-topology': 'a', 'slice-size': '0' },
    want: [`${at('slice-size')}: Invalid value: "0": must be greater than or equal to 1`],
  },
  {
    rule: 'T-3.14',
    values: { 'slice-required-topology': 'a' },
    want: [
      `${at('slice-size')}: Required value: must be set when '${prefix}slice-required-topology' is specified`,
    ],
  },
  {
    rule: 'T-3.15',
    values: { 'slice-size': '1' },
    want: [
      `${at('slice-size')}: Forbidden: may not be set when '${prefix}slice-required-topology' is not specified`,
    ],
  },
  {
    rule: 'T-3.17',
    values: {
      'slice-required-topology': 'a',
      'slice-size': '1',
      'slice-required-topology-constraints': layers(['a', 1]),
    },
    want: [
      `${at('slice-required-topology-constraints')}: Forbidden: may not be set when '${prefix}slice-required-topology' is specified`,
      `${at('slice-required-topology-constraints')}: Forbidden: may not be set when '${prefix}slice-size' is specified`,
    ],
  },
  {
    rule: 'T-3.18',
    values: { 'slice-required-topology-constraints': '{' },
    want: [/: Invalid value: "\{": must be a valid JSON array: /],
  },
  {
    rule: 'T-3.18',
    values: { 'slice-required-topology-constraints': layers(['a', 1.5]) },
    want: [/must be a valid JSON array: /],
  },
  {
    rule: 'T-3.19',
    values: { 'slice-required-topology-constraints': '[]' },
    want: [
      `${at('slice-required-topology-constraints')}: Invalid value: "[]": topology constraints must contain between 1 and 3 entries`,
    ],
  },
  {
    rule: 'T-3.20',
    values: { 'slice-required-topology-constraints': layers(['@', 0]) },
    want: [
      /constraints\]\[0\]\.topology: Invalid value: "@": name part/,
      /constraints\]\[0\]\.size: Invalid value: 0: must be greater than or equal to 1/,
    ],
  },
  {
    rule: 'T-3.21',
    values: { 'slice-required-topology-constraints': layers(['a', 4], ['a', 2]) },
    want: [
      `${at('slice-required-topology-constraints')}[1].topology: Duplicate value: "a (also at index 0)"`,
    ],
  },
  {
    rule: 'T-3.22',
    values: { 'slice-required-topology-constraints': layers(['a', 5], ['b', 2]) },
    want: [
      `${at('slice-required-topology-constraints')}[1].size: Invalid value: 2: must evenly divide the parent layer size 5`,
    ],
  },
];

test.each(cases)('$rule: $values', ({ values, want }) => {
  const found = texts(topologyErrors(meta, annotationsOf(values), { multiLayerTopology: true }));
  expect(found).toHaveLength(want.length);
  for (const [index, text] of want.entries()) {
    if (typeof text === 'string') expect(found[index]).toBe(text);
    else expect(found[index]).toMatch(text);
  }
});

test('T-3.16: with its gate off the constraints annotation is refused as a whole', () => {
  const values = annotationsOf({ 'slice-required-topology-constraints': '{' });
  expect(texts(topologyErrors(meta, values, { multiLayerTopology: false }))).toEqual([
    `${at('slice-required-topology-constraints')}: Forbidden: the TASMultiLayerTopology feature gate must be enabled to use this annotation`,
  ]);
});

test.each<{ rule: string; values: Record<string, string>; want: string[] }>([
  {
    rule: 'T-3.23',
    values: { 'slice-size': '4' },
    want: [`${at('slice-size')}: Invalid value: "4": must not be greater than pod set count 3`],
  },
  { rule: 'T-3.23', values: { 'slice-size': '3' }, want: [] },
  {
    rule: 'T-3.24',
    values: { 'slice-required-topology-constraints': layers(['a', 4]) },
    want: [
      `${at('slice-required-topology-constraints')}: Invalid value: 4: must not be greater than pod set count 3`,
    ],
  },
])('$rule: $values', ({ values, want }) =>
  expect(texts(sliceCountErrors(meta, annotationsOf(values), 3))).toEqual(want),
);

test('T-3.28: pods of an elastic job are not kept together', () => {
  const values = annotationsOf({ 'required-topology': 'a', 'preferred-topology': 'b' });
  expect(texts(elasticTopologyErrors(meta, values))).toEqual([
    `${meta}.annotations.${prefix}required-topology: Forbidden: required topology is not supported with elastic jobs`,
    `${meta}.annotations.${prefix}preferred-topology: Forbidden: preferred topology is not supported with elastic jobs`,
  ]);
});

import { expect, test } from 'vitest';
import { aJob } from '../../test/builders/index.ts';
import {
  admissionGatesOf,
  isElastic,
  maximumExecutionTimeOf,
  prebuiltWorkloadOf,
  priorityClassOf,
  queueNameOf,
} from './job-labels.ts';

const none: Record<string, string> = {};
const prebuilt = 'kueue.x-k8s.io/prebuilt-workload-name';

test.each([
  { text: 'q', want: 'q' },
  { text: '', want: undefined },
  { text: undefined, want: undefined },
])('the labels $text for queue and priority class name $want', ({ text, want }) => {
  const label = (key: string) => (text === undefined ? {} : { [key]: text });
  expect(queueNameOf(aJob({ queueName: text ?? '' }))).toBe(want);
  expect(priorityClassOf(aJob({ labels: label('kueue.x-k8s.io/priority-class') }))).toBe(want);
});

test.each([
  { text: '30', want: 30 },
  { text: '+30', want: 30 },
  { text: '2147483647', want: 2147483647 },
  { text: '2147483648', want: undefined },
  { text: '0', want: undefined },
  { text: '-5', want: undefined },
  { text: '1.5', want: undefined },
  { text: '1e3', want: undefined },
  { text: '', want: undefined },
])('L-3.6: the maximum execution time "$text" is $want', ({ text, want }) => {
  const job = aJob({ labels: { 'kueue.x-k8s.io/max-exec-time-seconds': text } });
  expect(maximumExecutionTimeOf(job)).toBe(want);
});

test.each([
  { name: 'the annotation', annotations: { [prebuilt]: 'a' }, labels: { [prebuilt]: 'b' }, want: 'a' },
  { name: 'else the label', annotations: { [prebuilt]: '' }, labels: { [prebuilt]: 'b' }, want: 'b' },
  { name: 'else nothing', annotations: none, labels: none, want: undefined },
])('I-1.13: the prebuilt Workload is named by $name', ({ annotations, labels, want }) => {
  expect(prebuiltWorkloadOf(aJob({ annotations, labels }))).toBe(want);
});

test('L-4.1: only the word true makes a job elastic', () => {
  const withText = (text: string) => aJob({ annotations: { 'kueue.x-k8s.io/elastic-job': text } });
  expect([withText('true'), withText('True'), aJob()].map(isElastic)).toEqual([true, false, false]);
});

test('admission gates are the text of the annotation', () => {
  expect(admissionGatesOf(aJob())).toBe('');
  const annotations = { 'kueue.x-k8s.io/admission-gated-by': 'example.com/a, example.com/b' };
  expect(admissionGatesOf(aJob({ annotations }))).toBe('example.com/a, example.com/b');
});

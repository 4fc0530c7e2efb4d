import { expect, test } from 'vitest';
import { AncestorSearch } from './ancestors.ts';
import type { AncestorPolicy } from './ancestors.ts';
import type { JobObject } from './integration.ts';

const policy: AncestorPolicy = { manageJobsWithoutQueueName: false, isEnabled: () => true };

function aJobObject(uid: string, options: { owner?: string; queue?: string } = {}): JobObject {
  const owner = options.owner;
  return {
    metadata: {
      name: uid,
      namespace: 'team-a',
      uid,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: options.queue === undefined ? {} : { 'kueue.x-k8s.io/queue-name': options.queue },
      ...(owner === undefined
        ? {}
        : {
            ownerReferences: [
              { apiVersion: 'batch/v1', kind: 'Job', name: owner, uid: owner, controller: true },
            ],
          }),
    },
  };
}

function search(start: JobObject, objects: JobObject[], searchPolicy = policy): string | undefined {
  const walk = new AncestorSearch(start, searchPolicy);
  for (let owner = walk.next(); owner !== undefined; owner = walk.next()) {
    const read = objects.find((object) => object.metadata.name === owner?.name);
    if (!walk.visit(owner, read)) break;
  }
  return walk.result?.metadata.name;
}

const root = aJobObject('root', { queue: 'main' });
const middle = aJobObject('middle', { owner: 'root' });
const child = aJobObject('child', { owner: 'middle' });

test.each([
  { name: 'a job without owner has no ancestor', start: root, objects: [], want: undefined },
  { name: 'the topmost owner with a queue is found', start: child, objects: [middle, root], want: 'root' },
  {
    name: 'an owner between without queue does not count',
    start: child,
    objects: [middle, aJobObject('root')],
    want: undefined,
  },
])('L-3.2: $name', ({ start, objects, want }) => expect(search(start, objects)).toBe(want));

test('L-3.2: with manageJobsWithoutQueueName any enabled owner counts', () => {
  const everything = { ...policy, manageJobsWithoutQueueName: true };
  expect(search(child, [middle, aJobObject('root')], everything)).toBe('root');
});

test('L-3.2: an owner that was recreated under the same name ends the search', () => {
  const recreated = { ...root, metadata: { ...root.metadata, uid: 'other' } };
  expect(search(middle, [recreated])).toBeUndefined();
});

test('L-3.2: a missing owner is an error', () => {
  expect(() => search(middle, [])).toThrow('workload owner not found');
});

test('L-3.2: owners in a circle are an error', () => {
  const first = aJobObject('first', { owner: 'second' });
  const second = aJobObject('second', { owner: 'first' });
  expect(() => search(first, [first, second])).toThrow('cyclic ownership');
});

test('L-3.2: ten links are followed, the eleventh is too deep', () => {
  const chain = Array.from({ length: 13 }, (_, index) =>
    aJobObject(`job-${index}`, { owner: `job-${index + 1}` }),
  );
  expect(() => search(chain[0]!, chain)).toThrow(expect.objectContaining({ isTooDeep: true }));
  const ten = [...chain.slice(0, 10), aJobObject('job-10', { queue: 'main' })];
  expect(search(ten[0]!, ten)).toBe('job-10');
});

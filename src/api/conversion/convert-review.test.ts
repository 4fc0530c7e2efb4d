import { describe, expect, test } from 'vitest';
import { convertReview } from './convert-review.ts';

const v1beta1 = 'kueue.x-k8s.io/v1beta1';
const v1beta2 = 'kueue.x-k8s.io/v1beta2';

function aReview(objects: unknown, desiredAPIVersion = v1beta2): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'ConversionReview',
    request: { uid: 'u', desiredAPIVersion, objects },
  };
}

describe('answering a review (A-11.1)', () => {
  test('all objects are converted in order, whatever their version', () => {
    const objects = [
      { apiVersion: v1beta1, kind: 'ClusterQueue', metadata: { name: 'a' }, spec: { cohort: 'x' } },
      { apiVersion: v1beta2, kind: 'ClusterQueue', metadata: { name: 'b' }, spec: { cohortName: 'y' } },
    ];
    expect(convertReview(aReview(objects))).toEqual({
      kind: 'review',
      review: {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'ConversionReview',
        response: {
          uid: 'u',
          convertedObjects: [
            { apiVersion: v1beta2, kind: 'ClusterQueue', metadata: { name: 'a' }, spec: { cohortName: 'x' } },
            objects[1],
          ],
          result: { status: 'Success' },
        },
      },
    });
  });

  test('an infinite share keeps its last digit on the way', () => {
    const share = '"weightedShare":9223372036854775807';
    const text = `{"apiVersion":"${v1beta1}","kind":"ClusterQueue","status":{"fairSharing":{${share}}}}`;
    expect(JSON.stringify(convertReview(aReview([JSON.parse(text)])))).toContain(share);
  });

  test.each([
    { name: 'a kind that is not ours', objects: [{ apiVersion: v1beta1, kind: 'Pod' }] },
    { name: 'a version that is not ours', objects: [{ apiVersion: 'kueue.x-k8s.io/v1', kind: 'Workload' }] },
    { name: 'something that is no object', objects: ['text'] },
  ])('$name fails the whole review, and no object is returned', ({ objects }) => {
    const good = { apiVersion: v1beta1, kind: 'Workload' };
    expect(convertReview(aReview([good, ...objects]))).toEqual({
      kind: 'review',
      review: {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'ConversionReview',
        response: { uid: 'u', result: { status: 'Failure', message: expect.stringMatching(/./) } },
      },
    });
  });

  test.each([
    { name: 'no object', review: [] },
    { name: 'another kind', review: { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' } },
    { name: 'no request', review: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview' } },
    { name: 'no list of objects', review: aReview(undefined) },
  ])('$name is malformed', ({ review }) => {
    expect(convertReview(review)).toMatchObject({ kind: 'malformed' });
  });
});

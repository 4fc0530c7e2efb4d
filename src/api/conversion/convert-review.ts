import { withExactShare } from '../exact-share.ts';
import { convertObject } from './convert-object.ts';
import { isObject } from './json-object.ts';
import type { JsonObject } from './json-object.ts';

const reviewApiVersion = 'apiextensions.k8s.io/v1';

/** What to answer to the API server: a review, or status 400 with a message. */
export type ConversionAnswer =
  | { readonly kind: 'review'; readonly review: JsonObject }
  | { readonly kind: 'malformed'; readonly message: string };

/** Answers a ConversionReview; one object that cannot be converted fails them all. */
export function convertReview(review: unknown): ConversionAnswer {
  if (!isObject(review)) return malformed('the body is not a JSON object');
  if (review['apiVersion'] !== reviewApiVersion || review['kind'] !== 'ConversionReview') {
    return malformed(`the body is not a ConversionReview of ${reviewApiVersion}`);
  }
  const request = review['request'];
  if (!isObject(request)) return malformed('the ConversionReview has no request');
  const { uid, desiredAPIVersion, objects } = request;
  if (typeof uid !== 'string' || typeof desiredAPIVersion !== 'string' || !Array.isArray(objects)) {
    return malformed('the request needs uid, desiredAPIVersion and objects');
  }
  const response = { uid, ...convertAll(objects, desiredAPIVersion) };
  return { kind: 'review', review: { apiVersion: reviewApiVersion, kind: 'ConversionReview', response } };
}

function convertAll(objects: readonly unknown[], desiredApiVersion: string): JsonObject {
  try {
    const convertedObjects = objects.map((object) => {
      if (!isObject(object)) throw new Error('an object to convert is not a JSON object');
      return withExactShare(convertObject(object, desiredApiVersion));
    });
    return { convertedObjects, result: { status: 'Success' } };
  } catch (error) {
    return { result: { status: 'Failure', message: error instanceof Error ? error.message : String(error) } };
  }
}

function malformed(message: string): ConversionAnswer {
  return { kind: 'malformed', message };
}

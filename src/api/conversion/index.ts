export { convertObject } from './convert-object.ts';
export { convertReview } from './convert-review.ts';
export type { ConversionAnswer } from './convert-review.ts';
export { decodeSlices, encodeSlices } from './topology-encoding.ts';
export type { AssignedDomain, EncodingOptions } from './topology-encoding.ts';

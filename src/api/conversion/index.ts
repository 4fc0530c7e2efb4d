export { convertObject } from './convert-object.ts';
export { convertReview } from './convert-review.ts';
export type { ConversionAnswer } from './convert-review.ts';

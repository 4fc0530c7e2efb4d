import { z } from 'zod';

/** A 32-bit integer; in the CRD the format is the range check. */
export const int32 = z.int32().meta({ format: 'int32' });
/** A 64-bit integer as far as a JavaScript number carries it. */
export const int64 = z.int().meta({ format: 'int64' });

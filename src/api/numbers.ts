import { z } from 'zod';

/** A 32-bit integer; in the CRD the format is the range check. */
export const int32 = z.int32().meta({ format: 'int32' });
/** A 64-bit integer as far as a JavaScript number carries it. */
export const int64 = z.int().meta({ format: 'int64' });
/** A 64-bit integer whose greatest value means infinite: read from JSON that one becomes 2^63, beyond safe integers. */
export const int64OrInfinite = z.number().meta({ type: 'integer', format: 'int64' });

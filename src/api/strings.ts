import { z } from 'zod';

/** The named string shapes of; none of them allows the empty string except where a length says so. */
const subdomainPattern = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';
const labelPattern = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';
const keyPattern =
  '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?' +
  '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$';
export const reasonPattern = '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$';

/** What the CRD says for KIND; JavaScript has no inline flags, hence the second spelling. */
const kindPattern = '^(?i)[a-z]([-a-z0-9]*[a-z0-9])?$';
const kindPatternInJavaScript = /^[A-Za-z]([-A-Za-z0-9]*[A-Za-z0-9])?$/;

export const subdomain = z.string().max(253).regex(new RegExp(subdomainPattern));
export const label = z.string().max(63).regex(new RegExp(labelPattern));
/**
 * A qualified name such as a label key; the length bound differs by field.
 * The pattern is named once more for the CRD, because a regular expression escapes its slash.
 */
export const key = z.string().regex(new RegExp(keyPattern)).meta({ pattern: keyPattern });
export const kindName = z
  .string()
  .max(63)
  .refine((text) => kindPatternInJavaScript.test(text))
  .meta({ pattern: kindPattern });

/** `metav1.Time`: RFC 3339 in UTC with whole seconds. */
export const dateTime = z.string().meta({ format: 'date-time' });

export const stringMap = z.record(z.string(), z.string());

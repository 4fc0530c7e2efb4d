/** One fault of a manifest: where it is, and what is wrong in the words of the API server. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** A value that may not stand here; `detail` says why. */
export function invalid(path: string, value: unknown, detail: string): FieldError {
  return { path, message: `Invalid value: ${renderValue(value)}: ${detail}` };
}

/** As `invalid`, for a fault of the field as a whole whose value would only distract. */
export function invalidWithoutValue(path: string, detail: string): FieldError {
  return { path, message: `Invalid value: ${detail}` };
}

/** A value that stands elsewhere already. */
export function duplicate(path: string, value: unknown, detail?: string): FieldError {
  return { path, message: `Duplicate value: ${renderValue(value)}${renderDetail(detail)}` };
}

/** A value outside the supported ones, which are listed in the given order. */
export function unsupported(path: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((text) => JSON.stringify(text)).join(', ');
  const detail = supported.length === 0 ? undefined : `supported values: ${list}`;
  return { path, message: `Unsupported value: ${renderValue(value)}${renderDetail(detail)}` };
}

/** A reference to something that is not there. */
export function notFound(path: string, value: unknown): FieldError {
  return { path, message: `Not found: ${renderValue(value)}` };
}

/** A field that must be given. */
export function required(path: string, detail?: string): FieldError {
  return { path, message: `Required value${renderDetail(detail)}` };
}

/** A field that may not be given, or not changed in this way. */
export function forbidden(path: string, detail: string): FieldError {
  return { path, message: `Forbidden: ${detail}` };
}

/** A text, or a whole map, of too many bytes. */
export function tooLong(path: string, bytesMax: number): FieldError {
  return { path, message: `Too long: may not be more than ${bytesMax} bytes` };
}

/** All faults as one text: equal ones once, several in brackets. */
export function renderFieldErrors(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(({ path, message }) => `${path}: ${message}`))];
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
}

function renderValue(value: unknown): string {
  return value === undefined ? 'null' : JSON.stringify(value);
}

function renderDetail(detail: string | undefined): string {
  return detail === undefined ? '' : `: ${detail}`;
}

/** A quantity as it stands in manifests: text, or a JSON number. */
export type QuantityValue = string | number;

type QuantityForm = 'decimal' | 'binary' | 'exponent';

/** A quantity read exactly, in billionths; finer values are rounded away from zero. */
export interface Quantity {
  readonly nano: bigint;
  readonly form: QuantityForm;
}

const NANO_DIGITS = 9;
const NANO_PER_UNIT = 10n ** 9n;
/** Exponents beyond this make no difference to any 64-bit amount, but would make huge integers. */
const EXPONENT_MAX = 400;
const CACHE_SIZE_MAX = 20_000;

const quantityPattern =
  /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];

const cache = new Map<QuantityValue, Quantity>();

/** Reads a quantity; equal texts are read once. Throws RangeError on a text that is none. */
export function parseQuantity(value: QuantityValue): Quantity {
  const known = cache.get(value);
  if (known !== undefined) return known;
  const quantity = readQuantity(String(value));
  // Users write few different quantities, so starting over is simpler than evicting one by one.
  if (cache.size >= CACHE_SIZE_MAX) cache.clear();
  cache.set(value, quantity);
  return quantity;
}

/** Order of two quantities by value, never by text: negative, zero or positive. */
export function compareQuantities(a: QuantityValue, b: QuantityValue): number {
  const left = parseQuantity(a).nano;
  const right = parseQuantity(b).nano;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The canonical text of a quantity in the form it was written in: `1000m` is `1`, `1024Ki` is `1Mi`. */
export function canonicalQuantity(value: QuantityValue): string {
  return formatQuantity(parseQuantity(value));
}

/** The canonical text of a quantity, as the API server prints it. */
export function formatQuantity(quantity: Quantity): string {
  const { nano, form } = quantity;
  if (nano === 0n) return '0';
  // Small or fractional amounts have no exact binary text and print in decimal form.
  if (form === 'binary' && nano % NANO_PER_UNIT === 0n && absolute(nano) >= 1024n * NANO_PER_UNIT) {
    const { rest, steps } = divideOut(nano / NANO_PER_UNIT, 1024n, binarySuffixes.length - 1);
    return `${rest}${binarySuffixes[steps]}`;
  }
  const { rest, steps } = divideOut(nano, 1000n, decimalSuffixes.length - 1);
  if (form !== 'exponent') return `${rest}${decimalSuffixes[steps]}`;
  const exponent = steps * 3 - NANO_DIGITS;
  return exponent === 0 ? `${rest}` : `${rest}e${exponent}`;
}

/** An exact quantity as an integer number of 1/`unitsPerOne`, rounded away from zero (S-1.1). */
export function roundQuantity(nano: bigint, unitsPerOne: bigint): bigint {
  return divideAwayFromZero(nano * unitsPerOne, NANO_PER_UNIT);
}

/** The exact product of two quantities in billionths, rounded away from zero to a billionth (S-1.18). */
export function multiplyNano(a: bigint, b: bigint): bigint {
  return divideAwayFromZero(a * b, NANO_PER_UNIT);
}

function readQuantity(text: string): Quantity {
  const match = quantityPattern.exec(text);
  if (match === null) throw new RangeError(`not a quantity: ${JSON.stringify(text)}`);
  const [, sign, whole = '', fraction = '', bareFraction = '', suffix = ''] = match;
  const digits = fraction + bareFraction;
  const mantissa = BigInt(`${whole}${digits}`);
  const { form, binaryPower, decimalPower } = readSuffix(suffix);
  const scaled = mantissa << BigInt(binaryPower);
  const magnitude = timesPowerOfTen(scaled, decimalPower - digits.length + NANO_DIGITS);
  return { nano: sign === '-' ? -magnitude : magnitude, form };
}

function readSuffix(suffix: string): { form: QuantityForm; binaryPower: number; decimalPower: number } {
  if (suffix === '') return { form: 'decimal', binaryPower: 0, decimalPower: 0 };
  const binary = binarySuffixes.indexOf(suffix);
  if (binary >= 0) return { form: 'binary', binaryPower: binary * 10, decimalPower: 0 };
  const decimal = decimalSuffixes.indexOf(suffix);
  if (decimal >= 0) return { form: 'decimal', binaryPower: 0, decimalPower: decimal * 3 - NANO_DIGITS };
  const exponent = Number(suffix.slice(1));
  const bounded = Math.max(-EXPONENT_MAX, Math.min(EXPONENT_MAX, exponent));
  return { form: 'exponent', binaryPower: 0, decimalPower: bounded };
}

function timesPowerOfTen(value: bigint, power: number): bigint {
  if (power >= 0) return value * 10n ** BigInt(power);
  return divideAwayFromZero(value, 10n ** BigInt(-power));
}

function divideAwayFromZero(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  if (value % divisor === 0n) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}

function divideOut(value: bigint, factor: bigint, stepsMax: number): { rest: bigint; steps: number } {
  let rest = value;
  let steps = 0;
  while (steps < stepsMax && rest % factor === 0n) {
    rest /= factor;
    steps += 1;
  }
  return { rest, steps };
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/**
 * Ledger money is an integer number of smallest units. It becomes a double in one place, rounded against the account
 * that is measured: what it owns towards zero or below, what it owes away from zero.
 */
export interface Amount {
  readonly asset: string;
  /** Signed integer number of smallest units, as a decimal string (it may exceed 2^53). */
  readonly units: string;
  /** One unit is 10^-decimals of the asset, 0 to 36. */
  readonly decimals: number;
}

/** A token has at most 18 decimals in practice; 36 leaves room for products and stays an exact BigInt. */
export const AMOUNT_DECIMALS_MAX = 36;
/** 10^77 exceeds any uint256 balance. */
export const AMOUNT_DIGITS_MAX = 78;

const INTEGER = /^-?\d+$/;

/** True when `units` and `decimals` have the documented form. */
export function isValidAmount(amount: Amount): boolean {
  return (
    INTEGER.test(amount.units) &&
    amount.units.length <= AMOUNT_DIGITS_MAX + 1 &&
    Number.isInteger(amount.decimals) &&
    amount.decimals >= 0 &&
    amount.decimals <= AMOUNT_DECIMALS_MAX
  );
}

/**
 * The largest double that is not above the exact amount: an asset is never overstated, a debt never understated.
 * The amount must be valid (`isValidAmount`).
 */
export function amountToNumber(amount: Amount): number {
  const { units, decimals } = amount;
  if (units.length <= EXACT_DIGITS_MAX && decimals <= EXACT_POWER_MAX)
    return quotientBelow(Number(units), decimals);
  const nearest = Number(`${units}e-${String(decimals)}`);
  return isAbove(nearest, BigInt(units), decimals) ? nextBelow(nearest) : nearest;
}

/** Integers of this many digits, sign included, are exact doubles. */
const EXACT_DIGITS_MAX = 15;

/** 10^22 is the largest power of ten that is an exact double. */
const EXACT_POWER_MAX = 22;
const POWERS_OF_TEN = Array.from({ length: EXACT_POWER_MAX + 1 }, (_, exponent) =>
  Number(`1e${String(exponent)}`),
);

/** Splits a double into halves whose products are exact (Dekker 1971). */
const SPLITTER = 2 ** 27 + 1;

/** As `amountToNumber` where units and 10^decimals are exact doubles: one division, and the sign of its exact remainder. */
function quotientBelow(units: number, decimals: number): number {
  const divisor = POWERS_OF_TEN[decimals] ?? NaN;
  const nearest = units / divisor;
  // nearest x divisor = product + error, exactly; the product is within one rounding of units, so the difference is exact.
  const product = nearest * divisor;
  const bigNearest = SPLITTER * nearest;
  const highNearest = bigNearest - (bigNearest - nearest);
  const lowNearest = nearest - highNearest;
  const bigDivisor = SPLITTER * divisor;
  const highDivisor = bigDivisor - (bigDivisor - divisor);
  const lowDivisor = divisor - highDivisor;
  const error =
    lowNearest * lowDivisor -
    (product - highNearest * highDivisor - lowNearest * highDivisor - highNearest * lowDivisor);
  return product - units + error > 0 ? nextBelow(nearest) : nearest;
}

/** The amount nearest below `value` in units of 10^-decimals. `value` must be finite. */
export function numberToAmount(asset: string, value: number, decimals: number): Amount {
  const { numerator, exponent } = exactRational(value);
  const scaled = numerator * 10n ** BigInt(decimals);
  const units = exponent >= 0n ? scaled << exponent : scaled >> -exponent;
  return { asset, units: units.toString(), decimals };
}

/** Whether a finite double is above units x 10^-decimals, decided in integers. */
function isAbove(value: number, units: bigint, decimals: number): boolean {
  const { numerator, exponent } = exactRational(value);
  const left = numerator * 10n ** BigInt(decimals);
  return exponent >= 0n ? left << exponent > units : left > units << -exponent;
}

const bits = new DataView(new ArrayBuffer(8));
const MANTISSA_BITS = 52n;
const EXPONENT_BIAS = 1075n;

/** value = numerator x 2^exponent, exactly. */
function exactRational(value: number): { numerator: bigint; exponent: bigint } {
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = (raw >> MANTISSA_BITS) & 0x7ffn;
  const fraction = raw & ((1n << MANTISSA_BITS) - 1n);
  const magnitude = biased === 0n ? fraction : fraction | (1n << MANTISSA_BITS);
  const exponent = (biased === 0n ? 1n : biased) - EXPONENT_BIAS;
  return { numerator: value < 0 ? -magnitude : magnitude, exponent };
}

/** The next double towards minus infinity. */
function nextBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  bits.setFloat64(0, value);
  const raw = bits.getBigInt64(0);
  bits.setBigInt64(0, value > 0 ? raw - 1n : raw + 1n);
  return bits.getFloat64(0);
}

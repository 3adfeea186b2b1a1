/**
 * Decimal numbers as Pyth's on-chain program calculates with them: a mantissa below 2^28 and a power of ten, every result cut
 * towards zero. The truncation is part of the published averages, so that it has to be repeated to reproduce them.
 */
export interface TruncatedDecimal {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** Bound of a mantissa after every operation. */
const MANTISSA_BOUND = 2n ** 28n;
/** Digits that a division carries beyond the dividend. */
const DIVISION_DIGITS = 9;
/** The larger operand of a sum gains at most this many digits; the smaller one loses the rest. */
const ALIGNMENT_DIGITS = 9;
/** Powers of ten of the program's table: operands farther apart than the table reaches are not added at all. */
const TABLE_DIGITS = 18;
/** A number at rest has a signed exponent of 5 bits beside a mantissa of 59. */
const STORED_EXPONENT_MIN = -16;
const STORED_EXPONENT_MAX = 15;
const STORED_MANTISSA_BOUND = 2n ** 58n;

export function truncatedDecimal(mantissa: bigint, exponent: number): TruncatedDecimal {
  let cut = mantissa;
  let shift = 0;
  // BigInt division cuts towards zero, so that both signs are cut alike.
  while (cut >= MANTISSA_BOUND || cut <= -MANTISSA_BOUND) {
    cut /= 10n;
    shift += 1;
  }
  return { mantissa: cut, exponent: exponent + shift };
}

export function multiply(a: TruncatedDecimal, b: TruncatedDecimal): TruncatedDecimal {
  return truncatedDecimal(a.mantissa * b.mantissa, a.exponent + b.exponent);
}

/** `b` is not 0. */
export function divide(a: TruncatedDecimal, b: TruncatedDecimal): TruncatedDecimal {
  if (a.mantissa === 0n) return a;
  let dividend = a.mantissa;
  let digits = DIVISION_DIGITS;
  while (dividend < MANTISSA_BOUND && dividend > -MANTISSA_BOUND) {
    dividend *= 10n;
    digits += 1;
  }
  const quotient = (dividend * 10n ** BigInt(DIVISION_DIGITS)) / b.mantissa;
  return truncatedDecimal(quotient, a.exponent - b.exponent - digits);
}

export function add(a: TruncatedDecimal, b: TruncatedDecimal): TruncatedDecimal {
  const [high, low] = a.exponent >= b.exponent ? [a, b] : [b, a];
  const distance = high.exponent - low.exponent;
  if (distance >= TABLE_DIGITS + ALIGNMENT_DIGITS) return truncatedDecimal(high.mantissa, high.exponent);
  const raised = Math.min(distance, ALIGNMENT_DIGITS);
  const sum =
    high.mantissa * 10n ** BigInt(raised) + low.mantissa / 10n ** BigInt(Math.max(0, distance - raised));
  return truncatedDecimal(sum, high.exponent - raised);
}

/** The whole number of units of 10^exponent, cut towards zero. */
export function unitsOf({ mantissa, exponent }: TruncatedDecimal, unitExponent: number): bigint {
  const distance = exponent - unitExponent;
  const power = 10n ** BigInt(Math.abs(distance));
  return distance >= 0 ? mantissa * power : mantissa / power;
}

/**
 * As it comes back from 64 bits of storage: exponents below -16 cost digits; undefined when the number is too large, in which
 * case the program keeps what it had.
 */
export function stored({ mantissa, exponent }: TruncatedDecimal): TruncatedDecimal | undefined {
  const lost = Math.max(0, STORED_EXPONENT_MIN - exponent);
  const gained = Math.max(0, exponent - STORED_EXPONENT_MAX);
  const kept = (mantissa / 10n ** BigInt(lost)) * 10n ** BigInt(gained);
  if (kept >= STORED_MANTISSA_BOUND || kept < -STORED_MANTISSA_BOUND) return undefined;
  return truncatedDecimal(kept, exponent + lost - gained);
}

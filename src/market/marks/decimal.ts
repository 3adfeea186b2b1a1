import { failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import { expected } from '../../domain/outcome.js';

/** An exact number, units x 10^-decimals: quantities and prices as they were traded, before money is rounded. */
export interface Decimal {
  readonly units: bigint;
  /** 0 to `DECIMALS_MAX`. */
  readonly decimals: number;
}

/** 10^-36 is the smallest unit of domain/money; traded prices and quantities are coarser. */
export const DECIMALS_MAX = 36;

/** 40 digits and 36 decimals hold every price times every quantity that limits.ts allows. */
const DIGITS_MAX = 78;

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Reads `-12.5`, `3e-8`; the value is exact. Fails with `INVALID_VALUE` under `field`. */
export function parseDecimal(text: string, field: string): Outcome<Decimal> {
  const match = text.length <= DIGITS_MAX ? NUMBER.exec(text) : null;
  const decimals = (match?.[3] ?? '').length - Number(match?.[4] ?? 0);
  if (match === null || decimals > DECIMALS_MAX || decimals < -DIGITS_MAX) {
    return failure(
      'INVALID_VALUE',
      field,
      expected(`a decimal of at most ${DECIMALS_MAX} places`, field, text),
    );
  }
  const [, sign, whole = '', fraction = ''] = match;
  const units = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`);
  return success(decimals < 0 ? { units: units * tenTo(-decimals), decimals: 0 } : { units, decimals });
}

/**
 * The shortest decimal that reads as this double: a traded price that came through a double is the one that was printed.
 * Not finite, or finer than 36 places: `INVALID_VALUE` under `field`.
 */
export function decimalOf(value: number, field: string): Outcome<Decimal> {
  return parseDecimal(String(value), field);
}

export function decimalToNumber({ units, decimals }: Decimal): number {
  return Number(`${units.toString()}e-${decimals}`);
}

/** The same number in units of 10^-decimals; undefined when it needs more places. */
export function rescale(value: Decimal, decimals: number): bigint | undefined {
  if (decimals >= value.decimals) return value.units * tenTo(decimals - value.decimals);
  const divisor = tenTo(value.decimals - decimals);
  return value.units % divisor === 0n ? value.units / divisor : undefined;
}

export function tenTo(power: number): bigint {
  return 10n ** BigInt(power);
}

/** Largest integer not above numerator / denominator; denominator > 0. */
export function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return quotient * denominator > numerator ? quotient - 1n : quotient;
}

/** Smallest integer not below numerator / denominator; denominator > 0. */
export function ceilDivide(numerator: bigint, denominator: bigint): bigint {
  return -floorDivide(-numerator, denominator);
}

export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

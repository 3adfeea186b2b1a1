/** The twin of `native/kernels/sobol.h`: the same integers, point by point. */
import { requireCount, requireLength } from './checks.js';
import { SOBOL_TABLE } from './sobol-directions.table.js';

const BITS = 32;

export const SOBOL_DIMENSIONS = SOBOL_TABLE.length + 1;

/** Direction numbers of one dimension, the first bit highest. */
function directionNumbers(dimension: number): Uint32Array {
  const direction = new Uint32Array(BITS);
  const [degree, coefficients, initial] = SOBOL_TABLE[dimension - 1] ?? [0, 0, []];
  for (let bit = 0; bit < BITS; bit += 1) {
    if (dimension === 0) direction[bit] = 2 ** (BITS - 1 - bit);
    else if (bit < degree) direction[bit] = initial[bit]! * 2 ** (BITS - 1 - bit);
    else {
      let value = direction[bit - degree]! ^ (direction[bit - degree]! >>> degree);
      for (let k = 1; k < degree; k += 1) {
        if (((coefficients >>> (degree - 1 - k)) & 1) === 1) value ^= direction[bit - k]!;
      }
      direction[bit] = value;
    }
  }
  return direction;
}

/** Coordinate of a point as 32 bits, before scrambling. */
export function sobolBits(dimension: number, point: number): number {
  const direction = directionNumbers(dimension);
  const gray = (point ^ (point >>> 1)) >>> 0;
  let bits = 0;
  for (let bit = 0; bit < BITS; bit += 1) if (((gray >>> bit) & 1) === 1) bits ^= direction[bit]!;
  return bits >>> 0;
}

function reversed(bits: number): number {
  let result = 0;
  for (let bit = 0; bit < BITS; bit += 1) result = (result << 1) | ((bits >>> bit) & 1);
  return result >>> 0;
}

function avalanche(word: number): number {
  let x = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

function nestedPermutation(bits: number, seed: number): number {
  let x = bits ^ Math.imul(bits, 0x3d20adea);
  x = (x + seed) | 0;
  x = Math.imul(x, (seed >>> 16) | 1);
  x ^= Math.imul(x, 0x05526c56);
  x ^= Math.imul(x, 0x53a22864);
  return x >>> 0;
}

/** Coordinate of a scrambled point as 32 bits. */
export function scrambledBits(seed: number, dimension: number, bits: number): number {
  const dimensionSeed = avalanche((seed + Math.imul(dimension, 0x9e3779b9)) | 0);
  return reversed(nestedPermutation(reversed(bits), dimensionSeed));
}

export function sobol(
  seed: number,
  firstPoint: number,
  pointCount: number,
  dimensions: number,
  uniform: Float64Array,
): void {
  requireCount('seed', seed);
  requireCount('firstPoint', firstPoint);
  requireCount('pointCount', pointCount);
  requireCount('dimensions', dimensions);
  requireLength('uniform', uniform, pointCount * dimensions);
  if (dimensions === 0 || dimensions > SOBOL_DIMENSIONS || firstPoint + pointCount > 2 ** BITS) {
    throw new RangeError(
      `Expected 1 to ${SOBOL_DIMENSIONS} dimensions and points below 2^32 but received ${dimensions} and ${firstPoint + pointCount}`,
    );
  }
  for (let d = 0; d < dimensions; d += 1) {
    for (let i = 0; i < pointCount; i += 1) {
      const bits = scrambledBits(seed, d, sobolBits(d, firstPoint + i));
      uniform[d * pointCount + i] = (bits + 0.5) / 2 ** BITS;
    }
  }
}

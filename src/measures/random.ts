/**
 * Seeded random numbers: xoshiro128** of D. Blackman and S. Vigna ("Scrambled linear pseudorandom number generators", 2021), its
 * state filled by splitmix. Integer arithmetic only, so the numbers are the same on every machine.
 */
export interface RandomStream {
  /** Uniform in (0, 1) with 52 bits: never 0, never 1. */
  uniform(): number;
  /** Uniform integer in [0, bound), bound < 2^32. */
  integer(bound: number): number;
}

/** @param seed any number of 32-bit words; all of them count */
export function randomStream(...seed: readonly number[]): RandomStream {
  let mixed = 0x9e3779b9;
  for (const word of seed) mixed = avalanche(Math.imul(mixed ^ word, 0x85ebca6b) + 0xc2b2ae35);
  const fill = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    return avalanche(mixed);
  };
  let [a, b, c, d] = [fill(), fill(), fill(), fill() | 1];
  const next = (): number => {
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  return {
    uniform: () => ((next() >>> 6) * 2 ** 26 + (next() >>> 6) + 0.5) / 2 ** 52,
    integer: (bound) => Math.floor((next() / 2 ** 32) * bound),
  };
}

function avalanche(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}

/**
 * Fills with independent standard normals, two from each point of the unit disc (G. Marsaglia's polar method): for simulations that
 * need many of them and no quantile of a given uniform.
 */
export function fillNormals(random: RandomStream, target: Float64Array): void {
  for (let i = 0; i < target.length; i += 2) {
    let [x, y, square] = [0, 0, 0];
    while (square === 0 || square >= 1) {
      x = 2 * random.uniform() - 1;
      y = 2 * random.uniform() - 1;
      square = x * x + y * y;
    }
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    target[i] = x * scale;
    if (i + 1 < target.length) target[i + 1] = y * scale;
  }
}

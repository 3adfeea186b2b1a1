/** A small seeded generator for tests that choose what to do; not for numbers of a model. */
export function seededIntegers(seed: number): (limit: number) => number {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) | 0;
  return (limit) => {
    // splitmix32 (Steele, Lea, Flood 2014, the 32-bit variant).
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) % limit;
  };
}

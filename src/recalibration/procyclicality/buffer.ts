/**
 * The three tools against margins that rise when everybody must sell (EMIR RTS 153/2013, Article 28(1)): a buffer that is used
 * up, stressed observations in the estimate, and a floor. They act on parameters or on margins alike: numbers in, numbers out.
 */

export interface BufferTerms {
  /** Share held above the base in quiet times; 0.25 by Article 28(1)(a). */
  readonly buffer: number;
  /** Share by which the held value may fall per step once it is above base and buffer. */
  readonly releasePerStep: number;
  /**
   * Growth per step while the buffer is being used up. 0 is the plain form: in a market that rises by 1 % a day its buffer is
   * gone on day 23 and never comes back.
   */
  readonly growthPerStep: number;
}

/** 25 %, 5 % a step on the way down, 2 % a step on the way up (market-and-risk.md 7.4). */
export const HOUSE_BUFFER: BufferTerms = { buffer: 0.25, releasePerStep: 0.05, growthPerStep: 0.02 };

/** The plain form of the vectors, and the house's in STRESS and CRISIS: the buffer may be exhausted. */
export const PLAIN_BUFFER: BufferTerms = { ...HOUSE_BUFFER, growthPerStep: 0 };

/** The first buffered value. */
export function firstBuffered(base: number, { buffer }: BufferTerms): number {
  return (1 + buffer) * base;
}

/** The next buffered value: at least the base at all times, at most base and buffer on the way up. */
export function nextBuffered(held: number, base: number, terms: BufferTerms): number {
  const full = (1 + terms.buffer) * base;
  if (full >= held) return Math.max(base, Math.min(full, held * (1 + terms.growthPerStep)));
  return Math.max(full, (1 - terms.releasePerStep) * held);
}

/** A whole series by one rule. */
export function bufferedSeries(bases: readonly number[], terms: BufferTerms): number[] {
  let held = NaN;
  return bases.map((base, at) => {
    held = at === 0 ? firstBuffered(base, terms) : nextBuffered(held, base, terms);
    return held;
  });
}

/** Base and stressed value weighed together: a linear blend, which Article 28(1)(b) does not name; see the `mixture` of the house. */
export function stressBlend(base: number, stressed: number, weight: number): number {
  return (1 - weight) * base + weight * stressed;
}

/** Deviation of a mixture in which stressed observations carry `weight`: Article 28(1)(b) on a volatility. */
export function stressMixture(deviation: number, stressed: number, weight: number): number {
  return Math.sqrt((1 - weight) * deviation ** 2 + weight * stressed ** 2);
}

/** Never below what a long record asks for: Article 28(1)(c). */
export function floored(base: number, floor: number): number {
  return Math.max(base, floor);
}

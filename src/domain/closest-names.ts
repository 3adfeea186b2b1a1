/** Longest part of a name that is compared; what follows does not tell two names apart for a reader. */
const COMPARED_LENGTH_MAX = 64;

/** A name is suggested while at most this share of its characters differs: a third of it is another name. */
const DISTANCE_SHARE_MAX = 1 / 3;

/** Bound of the distance whatever the length: it is the width of the band that is computed. */
const DISTANCE_MAX = 6;

/**
 * Up to `max` of the candidates that look like `name`, nearest first, ties in alphabetical order. Distance is the number
 * of inserted, deleted, replaced or swapped neighbouring characters (optimal string alignment), letter case ignored.
 * The cost is bounded: at most 64 x 13 steps for each candidate.
 */
export function closestNames(name: string, candidates: Iterable<string>, max: number): string[] {
  if (!(max >= 1)) return [];
  const wanted = fold(name);
  const found: Found[] = [];
  const limit = Math.min(DISTANCE_MAX, Math.max(1, Math.floor(wanted.length * DISTANCE_SHARE_MAX)));
  // Once enough are found only nearer ones (or equally near ones, for the alphabetical order) matter.
  let bound = limit;
  for (const candidate of candidates) {
    const distance = alignmentDistance(wanted, fold(candidate), bound);
    if (distance > bound) continue;
    found.push({ candidate, distance });
    if (found.length > max) {
      found.sort(byDistanceThenName);
      found.length = max;
      bound = found[max - 1]?.distance ?? bound;
    }
  }
  return found.sort(byDistanceThenName).map(({ candidate }) => candidate);
}

interface Found {
  readonly candidate: string;
  readonly distance: number;
}

function byDistanceThenName(a: Found, b: Found): number {
  if (a.distance !== b.distance) return a.distance - b.distance;
  return a.candidate < b.candidate ? -1 : a.candidate > b.candidate ? 1 : 0;
}

function fold(name: string): string {
  return name.slice(0, COMPARED_LENGTH_MAX).toUpperCase();
}

const rowLength = 2 * COMPARED_LENGTH_MAX + 2;
let beforeLast = new Uint16Array(rowLength);
let last = new Uint16Array(rowLength);
let current = new Uint16Array(rowLength);

/** The distance, or any number above `bound` when it exceeds it. Only the band of width `bound` is computed. */
function alignmentDistance(a: string, b: string, bound: number): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > bound) return bound + 1;
  const outside = bound + 1;
  for (let j = 0; j <= b.length; j += 1) last[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    const from = Math.max(1, i - bound);
    const to = Math.min(b.length, i + bound);
    current.fill(outside, Math.max(0, from - 1), Math.min(rowLength, to + 2));
    if (from === 1) current[0] = i;
    let smallest = current[from - 1] ?? outside;
    for (let j = from; j <= to; j += 1) {
      const distance = stepDistance(a, b, i, j);
      current[j] = distance;
      smallest = Math.min(smallest, distance);
    }
    if (smallest > bound) return outside;
    [beforeLast, last, current] = [last, current, beforeLast];
  }
  return last[b.length] ?? outside;
}

function stepDistance(a: string, b: string, i: number, j: number): number {
  const isSame = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
  let distance = (last[j - 1] ?? 0) + (isSame ? 0 : 1);
  distance = Math.min(distance, (last[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
  const isSwap =
    i > 1 &&
    j > 1 &&
    a.charCodeAt(i - 1) === b.charCodeAt(j - 2) &&
    a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
  return isSwap ? Math.min(distance, (beforeLast[j - 2] ?? 0) + 1) : distance;
}

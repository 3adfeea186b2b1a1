/**
 * The `count` largest entries in descending order, in expected time proportional to the length: Hoare's selection on a copy, then
 * a sort of the part that was selected. The result depends on the values alone, not on their order.
 */
export function selectLargest(values: ArrayLike<number>, count: number): Float64Array {
  const work = Float64Array.from(values);
  const first = work.length - count;
  if (count < work.length) partitionAt(work, first);
  return work.subarray(first).sort().reverse();
}

/** Rearranges so that every entry before `place` is at most, and every later one at least, the entry at `place`. */
function partitionAt(work: Float64Array, place: number): void {
  let low = 0;
  let high = work.length - 1;
  while (low < high) {
    const pivot = medianOfThree(work[low]!, work[(low + high) >>> 1]!, work[high]!);
    let i = low;
    let j = high;
    while (i <= j) {
      while (work[i]! < pivot) i += 1;
      while (work[j]! > pivot) j -= 1;
      if (i > j) break;
      const moved = work[i]!;
      work[i] = work[j]!;
      work[j] = moved;
      i += 1;
      j -= 1;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else return;
  }
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

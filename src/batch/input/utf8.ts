import { isUtf8 } from 'node:buffer';

/** Bytes of a line that an error quotes. */
const QUOTED_BYTES = 60;

/** What is wrong with the bytes of a line of text; undefined for UTF-8. */
export function encodingProblem(bytes: Buffer, line: number): string | undefined {
  const isMarked = /^(fffe|feff)/.test(bytes.toString('hex', 0, 2));
  // Every other byte of Latin text is zero.
  if (line === 1 && (isMarked || bytes.subarray(0, QUOTED_BYTES).includes(0)))
    return 'expected UTF-8 but received UTF-16';
  if (isUtf8(bytes)) return undefined;
  const at = firstBadByte(bytes);
  const [shown] = bytes
    .subarray(Math.max(0, at - QUOTED_BYTES), at + QUOTED_BYTES)
    .toString('latin1')
    .split('\n');
  return `expected UTF-8 but received the byte 0x${(bytes[at] ?? 0).toString(16)} in ${JSON.stringify(shown)}`;
}

function firstBadByte(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  // The bytes before a place are UTF-8, or end within a character of at most four bytes.
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if ([0, 1, 2, 3].some((fewer) => isUtf8(bytes.subarray(0, middle - fewer)))) good = middle;
    else bad = middle;
  }
  // `good` is the last place whose prefix is whole but for one character: that character is the bad one.
  const start = [0, 1, 2, 3].map((fewer) => good - fewer).find((end) => isUtf8(bytes.subarray(0, end)));
  return start ?? 0;
}

/** Numbers of the report: short, because people compare them, in one form everywhere. */
import { formatSignificant } from '../format.js';

const STEPS = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** `1.23M`, `-45.6k`, `7.89`: three digits and the size. */
export function shortAmount(value: number): string {
  // What rounds to the next step belongs to it: 999,999 is 1M.
  const size = Math.abs(Number(value.toPrecision(3)));
  const step = STEPS.find(([unit]) => size >= unit);
  return step === undefined
    ? formatSignificant(value, 3)
    : `${formatSignificant(value / step[0], 3)}${step[1]}`;
}

/** `$1.23M`, `-$45.6k`. */
export function dollars(value: number): string {
  const text = shortAmount(Math.abs(value));
  return value < 0 && text !== '0' ? `-$${text}` : `$${text}`;
}

/** `12.3%`; a dash where there is nothing to divide by. */
export function share(part: number, whole: number): string {
  return whole > 0 ? `${formatSignificant((100 * part) / whole, 3)}%` : '–';
}

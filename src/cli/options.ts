/** Parsers of option values; commander prints their complaint with the option and the value. */
import { InvalidArgumentError } from 'commander';

/** A whole number >= 0. */
export function parseInteger(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

export function parsePositive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value < Infinity)) {
    throw new InvalidArgumentError('Expected a number above 0.');
  }
  return value;
}

/** Relative moves in percent, separated by commas: `-20,0,20` is [-0.2, 0, 0.2]. */
export function parseMoves(text: string): readonly number[] {
  return text.split(',').map((part) => {
    const percent = Number(part);
    if (part.trim() === '' || !(percent > -100 && percent < Infinity)) {
      throw new InvalidArgumentError('Expected percentages above -100 separated by commas, e.g. -20,0,20.');
    }
    return percent / 100;
  });
}

/** Names separated by commas, in capitals, each once. */
export function parseNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim().toUpperCase());
  if (names.includes('')) throw new InvalidArgumentError('Expected names separated by commas.');
  return [...new Set(names)];
}

/** ISO 8601 as milliseconds; a time without a zone would depend on the machine. */
export function parseTime(text: string): number {
  const ms = /(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isFinite(ms)) {
    throw new InvalidArgumentError('Expected a time with its zone, e.g. 2026-02-05T15:51:32Z.');
  }
  return ms;
}

/** Collects a repeatable option. */
export function appendName(name: string, names: readonly string[] = []): readonly string[] {
  if (name === '') throw new InvalidArgumentError('Expected a name.');
  return [...names, name];
}

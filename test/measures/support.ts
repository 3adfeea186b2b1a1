import { readFileSync } from 'node:fs';
import path from 'node:path';
import { unwrap } from '../../src/domain/outcome.js';
import type { FailureReason, Outcome } from '../../src/domain/outcome.js';
import { vectorsFolder } from '../support/folders.js';

export const vectors = vectorsFolder();

export function readRiskMeasures(name: string): unknown {
  return JSON.parse(readFileSync(path.join(vectors ?? '', 'risk-measures', name), 'utf8'));
}

/** Counts comparisons and keeps the largest error, so that a test can say how much it saw. */
export class Comparison {
  count = 0;
  worst = 0;
  where = '';

  relative(where: string, actual: number, expected: number): void {
    this.note(
      where,
      Math.abs(actual - expected) / Math.max(Math.abs(expected), Number.MIN_VALUE),
      actual === expected,
    );
  }

  absolute(where: string, actual: number, expected: number): void {
    this.note(where, Math.abs(actual - expected), actual === expected);
  }

  private note(where: string, error: number, isEqual: boolean): void {
    this.count += 1;
    const value = isEqual ? 0 : error;
    if (value <= this.worst) return;
    this.worst = Number.isNaN(value) ? Infinity : value;
    this.where = where;
  }
}

/** Prints what a vector file said; not a log of the product. */
export function announce(what: string, { count, worst }: Comparison): void {
  process.stdout.write(`${what}: ${count} numbers compared, largest error ${worst.toExponential(1)}\n`);
}

export function reasonOf(outcome: Outcome<unknown>): FailureReason | undefined {
  return outcome.ok ? undefined : outcome.failure.reason;
}

export { unwrap };

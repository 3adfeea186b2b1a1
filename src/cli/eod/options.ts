import { InputError } from '../exit.js';

/** Options of `eod` as they stand on the command line. */
export interface EodOptions {
  readonly market?: string;
  readonly portfolios?: string;
  readonly collateral?: string;
  readonly model?: readonly string[];
  readonly params?: string;
  readonly out?: string;
  readonly workers?: number;
  readonly resume?: boolean;
  readonly verify?: string;
  readonly vectors?: boolean;
  readonly strict?: boolean;
  readonly precision: 'single' | 'double';
  readonly topPositions: number;
  readonly allowApproximations?: boolean;
  readonly allowMixedIsa?: boolean;
  readonly allowMixedVersions?: boolean;
  readonly isa?: string;
  readonly index?: number;
  readonly of?: number;
  readonly json?: boolean;
}

export function required(value: string | undefined, option: string): string {
  if (value === undefined) throw new InputError(`${option}: expected a value; see margincube eod --help`);
  return value;
}

import type { Outcome } from '../../domain/outcome.js';
import type { AttestedAsset } from '../../reserves/attested-asset.js';
import { parseReserves } from '../../reserves/read-reserves.js';
import type { ReserveHolding } from '../../reserves/reserve-holdings.js';
import { InputError } from '../exit.js';
import { readJson } from '../files.js';

/** Claimed reserves of a file; none without one. */
export function readReserves(
  file: string | undefined,
  assets: readonly AttestedAsset[],
): readonly ReserveHolding[] {
  if (file === undefined) return [];
  return valueOrThrow(file, parseReserves(readJson(file, 'a list of reserves'), assets));
}

/** The value, or an `InputError` that names file and field. */
export function valueOrThrow<T>(file: string, outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  const { reason, field, message } = outcome.failure;
  throw new InputError(`${file}: ${reason}: ${field}: ${message}`);
}

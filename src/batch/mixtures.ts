import { BatchRunError } from './batch-error.js';
import type { PartManifest, Software } from './manifest.js';

/** Differences between the parts of a run that a user takes knowingly. */
export interface AllowedMixtures {
  /** Instruction levels, whose results agree to 1e-12 and not to the bit. */
  readonly isa: boolean;
  /** Versions and builds of this program and of DuckDB, whose results nobody compared. */
  readonly versions: boolean;
}

export const NO_MIXTURES: AllowedMixtures = { isa: false, versions: false };

type Origin = Pick<PartManifest, 'isa' | 'software'>;

/** Parts whose numbers need not be those of one process are put together only where the user says so. */
export function refuseMixtures(where: string, parts: readonly Origin[], allowed: AllowedMixtures): void {
  const isas = isasOf(parts);
  if (isas.length > 1 && !allowed.isa)
    throw new BatchRunError(
      `${where}: parts of different instruction levels (${isas.join(', ')}) do not have the same bits; --allow-mixed-isa takes them`,
    );
  const versions = distinct(parts.map(({ software }) => versionText(software)));
  if (versions.length > 1 && !allowed.versions)
    throw new BatchRunError(
      `${where}: parts of different programs (${versions.join('; ')}) need not have the same numbers; --allow-mixed-versions takes them`,
    );
}

export function isasOf(parts: readonly Origin[]): string[] {
  return distinct(parts.map(({ isa }) => isa));
}

/** Every program that calculated a part, once. */
export function softwareOf(parts: readonly Origin[]): Software[] {
  return distinct(parts.map(({ software }) => JSON.stringify(software))).map(
    (text) => JSON.parse(text) as Software,
  );
}

/** Node is no part of it: no number comes from it. */
const versionText = ({ margincube, build, duckdb }: Software): string =>
  `margincube ${margincube} build ${build.slice(0, 12)}, DuckDB ${duckdb}`;

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

import { isasOf } from '../mixtures.js';
import type { PartManifest, Plan } from '../manifest.js';
import { COLUMNS, UNITS, type TableName } from './tables.js';

/**
 * What a table says of itself wherever its file goes: key-value metadata of Parquet, so that two runs can be joined and told apart
 * without their manifests. The same for every run of the same inputs.
 */
export function metadataOf(
  table: TableName,
  { runHash, identity }: Plan,
  parts: readonly Pick<PartManifest, 'isa' | 'software'>[],
): Readonly<Record<string, string>> {
  const units = COLUMNS[table].flatMap(([name, type]) => {
    const unit = UNITS[name];
    return unit === undefined || type === 'VARCHAR' ? [] : [[name, unit] as const];
  });
  return {
    'margincube.table': table,
    'margincube.run_hash': runHash,
    'margincube.market_hash': identity.marketHash,
    'margincube.epoch': String(identity.epoch),
    'margincube.isa': isasOf(parts).join(','),
    'margincube.models': JSON.stringify(identity.models),
    'margincube.units': JSON.stringify(Object.fromEntries(units)),
  };
}

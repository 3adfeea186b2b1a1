import type { Failure } from '../domain/outcome.js';
import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import type { Market } from '../market/snapshot/market.js';
import { resolveMarket } from '../market/snapshot/resolve-market.js';
import { snapshotFromJson, snapshotToJson } from '../wire/documents.js';
import { InputError } from './exit.js';
import { readJson, writeText } from './files.js';
import { describeFailure } from './margin-table.js';

/** Reads a market snapshot (proto3 JSON of MarketSnapshot); the first thing wrong with it ends the command. */
export function readSnapshot(file: string): MarketSnapshot {
  const snapshot = snapshotFromJson(readJson(file, 'a market snapshot'));
  if (!snapshot.ok) throw badMarket(file, snapshot.failure);
  return snapshot.value;
}

/** The same, checked and laid out for calculation. */
export function readMarket(file: string): Market {
  const market = resolveMarket(readSnapshot(file));
  if (!market.ok) throw badMarket(file, market.failure);
  return market.value;
}

/** Paths of a request start at `market`; those of a file at its root. */
function badMarket(file: string, failed: Failure): InputError {
  return new InputError(`${file}: ${failed.field.replace(/^market\./, '')}: ${describeFailure(failed)}`);
}

/** Writes the file that `readSnapshot` reads. */
export function writeSnapshot(file: string, snapshot: MarketSnapshot): void {
  writeText(file, `${JSON.stringify(snapshotToJson(snapshot), null, 1)}\n`);
}

import { KIND, NONE } from '../../domain/codes.js';
import type { Market } from '../../market/snapshot/market.js';
import { nakedShortContracts } from '../charges/naked-short.js';
import type { BookRecord, BookToLayOut, ColumnMargins } from '../column-margins.js';
import { ownEntry } from '../shared/own-entry.js';
import { DerivePm2Epoch } from './column-epoch.js';
import type { DerivePm2Parameters } from './parameters.js';

/** PMRM_2 for many accounts: the formulas of `derive-pm2.ts` in the same order, over columns. */
export const derivePm2Columns: ColumnMargins<DerivePm2Parameters> = {
  layOut,
  begin: (input) => new DerivePm2Epoch(input),
};

/** What an account of this manager may hold: options of one coin, its perpetual, cash, collateral with a haircut. */
function layOut(
  parameters: DerivePm2Parameters,
  market: Market,
  { positions, groups, balances }: BookToLayOut,
): BookRecord | undefined {
  const { columns, table } = market;
  const underlying = groups[0]?.underlying;
  if (underlying === undefined || groups.some((group) => group.underlying !== underlying)) return undefined;
  const name = table.underlyings[underlying] ?? '';
  if (parameters.underlyings.length > 0 && !parameters.underlyings.includes(name)) return undefined;
  if (positions.some(({ instrument }) => columns.isInverse[instrument] === 1)) return undefined;
  let perpetualPosition: number = NONE;
  let nakedShort = 0;
  const gross: number[] = [];
  for (const group of groups) {
    if (group.expiry === NONE) {
      const held = positions[group.firstPosition];
      const isPerpetual = held !== undefined && columns.kind[held.instrument] === KIND.PERPETUAL;
      if (!isPerpetual || group.positionCount !== 1) return undefined;
      perpetualPosition = group.firstPosition;
      continue;
    }
    nakedShort += nakedShortContracts({ positions, market }, group);
    let contracts = 0;
    for (let at = group.firstPosition; at < group.firstPosition + group.positionCount; at += 1) {
      const { instrument, quantity } = positions[at] ?? { instrument: 0, quantity: NaN };
      contracts += Math.abs(quantity) * (columns.contractSize[instrument] ?? NaN);
    }
    gross.push(contracts);
  }
  let cash = 0;
  const collateral: { asset: number; amount: number }[] = [];
  for (const { asset, amount } of balances) {
    if (asset === parameters.cashAsset) cash = amount;
    else if (amount !== 0) {
      const row = table.assetIndex.get(asset);
      if (row === undefined || !(amount > 0) || ownEntry(parameters.collateral, asset) === undefined)
        return undefined;
      collateral.push({ asset: row, amount });
    }
  }
  return { underlying, cash, perpetualPosition, nakedShort, gross, collateral };
}

import { GREEK, GREEK_COUNT } from '../engine/unit-risk.js';
import { contracts } from './risk-node.js';
import type { RiskRows } from './risk-rows.js';
import type { RiskTree } from './risk-tree.js';

interface Columns {
  readonly seq: number;
  readonly table: object;
  readonly rows: Uint32Array;
  readonly quantity: Float64Array;
}

/** Delta of single accounts; what an account holds is kept as numbers until it changes, so that a new epoch is one pass over them. */
export class AccountDeltas {
  readonly #columns = new Map<string, Columns>();

  constructor(private readonly tree: RiskTree) {}

  /** Adds the delta of the account in every underlying to `deltaCoins`, and nothing for what has no price. */
  addTo(deltaCoins: Float64Array, accountId: string, rows: RiskRows): void {
    const { rows: held, quantity } = this.#columnsOf(accountId, rows);
    const { greeks, underlying } = rows;
    for (let k = 0; k < held.length; k += 1) {
      const row = held[k] ?? 0;
      const at = underlying[row] ?? 0;
      const delta = greeks[row * GREEK_COUNT + GREEK.delta] ?? NaN;
      deltaCoins[at] = (deltaCoins[at] ?? NaN) + (quantity[k] ?? NaN) * delta;
    }
  }

  #columnsOf(accountId: string, { table, rowOf }: RiskRows): Columns {
    const seq = this.tree.seqOf(accountId);
    const known = this.#columns.get(accountId);
    if (known?.seq === seq && known.table === table) return known;
    const positions = [...this.tree.positionsOf(accountId)].flatMap(([instrument, units]) => {
      const row = rowOf.get(instrument);
      return row === undefined ? [] : [{ row, units }];
    });
    positions.sort((a, b) => a.row - b.row);
    const columns = {
      seq,
      table,
      rows: Uint32Array.from(positions, ({ row }) => row),
      quantity: Float64Array.from(positions, ({ units }) => contracts(units)),
    };
    this.#columns.set(accountId, columns);
    return columns;
  }
}

import type { Kernels } from '../kernel/kernels.js';
import type { ResolvedPosition } from '../models/model.js';
import type { RepricedCube } from './repriced-market.js';

const INITIAL_POSITIONS = 32;

/**
 * P&L of a few positions in every scenario of a cube, again and again: the bits of a group of a book that holds them. The columns
 * that the kernel reads are kept from call to call.
 */
export class PositionSums {
  readonly #offsets = new Uint32Array(2);
  #instrument = new Uint32Array(INITIAL_POSITIONS);
  #quantity = new Float64Array(INITIAL_POSITIONS);

  constructor(
    private readonly kernels: Kernels,
    private readonly cube: RepricedCube,
  ) {}

  /** Writes `[stride]` of the cube's scenarios. */
  sum(positions: readonly ResolvedPosition[], pnl: Float64Array): void {
    const { rowOf, spec, instrumentCount } = this.cube;
    if (positions.length > this.#instrument.length) {
      this.#instrument = new Uint32Array(2 * positions.length);
      this.#quantity = new Float64Array(2 * positions.length);
    }
    const instruments = this.#instrument;
    const quantities = this.#quantity;
    let at = 0;
    for (const { instrument, quantity } of positions) {
      instruments[at] = rowOf === undefined ? instrument : (rowOf[instrument] ?? 0);
      quantities[at] = quantity;
      at += 1;
    }
    this.#offsets[1] = at;
    const rows = { rowCount: 1, rowOffsets: this.#offsets, instrument: instruments, quantity: quantities };
    this.kernels.aggregate(this.cube.pnl, instrumentCount, spec.scenarios.columns.count, rows, pnl);
  }
}

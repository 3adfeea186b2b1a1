import type { Kernels } from '../kernel/kernels.js';
import type { WeightedSum } from '../kernel/layout.js';
import { tailWorkspaceLength } from '../kernel/tail-risk.js';
import type { ResolvedPosition } from '../models/model.js';
import type { TradeSums } from '../models/traded-margins.js';
import type { RepricedCube } from './repriced-market.js';

const INITIAL_POSITIONS = 32;

/** Sums over one cube for trades of one book: the memory that the kernels read and write is kept from call to call. */
export class KernelSums implements TradeSums {
  readonly #offsets = new Uint32Array(2);
  #instrument = new Uint32Array(INITIAL_POSITIONS);
  #quantity = new Float64Array(INITIAL_POSITIONS);

  readonly #risk = new Float64Array(2);
  #workspace = new Float64Array(0);

  constructor(
    private readonly kernels: Kernels,
    private readonly cube: RepricedCube,
  ) {}

  sumPositions(positions: readonly ResolvedPosition[], pnl: Float64Array): void {
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

  expectedShortfall(sum: WeightedSum, confidence: number): number {
    const length = tailWorkspaceLength(sum.scenarioCount);
    if (this.#workspace.length < length) this.#workspace = new Float64Array(length);
    this.kernels.tailRiskOfSum(sum, confidence, this.#risk, this.#workspace);
    return this.#risk[1] ?? NaN;
  }
}

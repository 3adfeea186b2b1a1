import type { Kernels } from '../kernel/kernels.js';
import type { PositionGroup, ResolvedBalance, ResolvedOrder, ResolvedPosition } from '../models/model.js';
import type { RepricedCube, RepricedMarket } from './repriced-market.js';

/** A book with its vectors, as the models take it. */
export interface HeldBook {
  readonly positions: readonly ResolvedPosition[];
  readonly groups: readonly PositionGroup[];
  readonly balances: readonly ResolvedBalance[];
  readonly orders: readonly ResolvedOrder[];
  readonly vectors: BookVectors;
}

/** The group vectors of one book in memory of its own, one array for each cube of the model. */
export class BookVectors {
  private constructor(
    private readonly groups: readonly PositionGroup[],
    private readonly vectors: readonly Float64Array[],
  ) {}

  static of(
    kernels: Kernels,
    repriced: RepricedMarket,
    positions: readonly ResolvedPosition[],
    groups: readonly PositionGroup[],
  ): BookVectors {
    const rows = rowsOf(positions, groups, 0, groups.length);
    return new BookVectors(
      groups,
      cubesOf(repriced).map((cube) => {
        const vectors = new Float64Array(groups.length * cube.spec.scenarios.columns.stride);
        aggregateInto(kernels, cube, rows, vectors);
        return vectors;
      }),
    );
  }

  /** P&L of every group in every scenario of a cube, `[group][stride]`. */
  of(cube: number): Float64Array {
    return this.vectors[cube] ?? NO_VECTORS;
  }

  /** The vectors of a book in which one instrument changed: its group is summed anew, the others are copied. */
  regrouped(
    kernels: Kernels,
    repriced: RepricedMarket,
    positions: readonly ResolvedPosition[],
    groups: readonly PositionGroup[],
    changed: number,
  ): BookVectors {
    const touched = groups.findIndex(({ firstPosition, positionCount }) =>
      holds(positions, firstPosition, positionCount, changed),
    );
    const rows = touched < 0 ? undefined : rowsOf(positions, groups, touched, touched + 1);
    const from = groups.map((group) => this.groups.findIndex((old) => isSameGroup(old, group)));
    return new BookVectors(
      groups,
      cubesOf(repriced).map((cube, at) => {
        const { stride } = cube.spec.scenarios.columns;
        const old = this.of(at);
        const vectors = new Float64Array(groups.length * stride);
        for (const [row, before] of from.entries()) {
          if (row === touched || before < 0) continue;
          vectors.set(old.subarray(before * stride, (before + 1) * stride), row * stride);
        }
        if (rows !== undefined)
          aggregateInto(kernels, cube, rows, vectors.subarray(touched * stride, (touched + 1) * stride));
        return vectors;
      }),
    );
  }
}

const NO_VECTORS = new Float64Array(0);

interface Rows {
  readonly rowOffsets: Uint32Array;
  readonly instrument: Uint32Array;
  readonly quantity: Float64Array;
}

function cubesOf(repriced: RepricedMarket): readonly RepricedCube[] {
  return [repriced, ...repriced.further];
}

function holds(
  positions: readonly ResolvedPosition[],
  first: number,
  count: number,
  instrument: number,
): boolean {
  for (let at = first; at < first + count; at += 1) if (positions[at]?.instrument === instrument) return true;
  return false;
}

function isSameGroup(a: PositionGroup, b: PositionGroup): boolean {
  return (
    a.underlying === b.underlying && a.expiry === b.expiry && a.settlementCurrency === b.settlementCurrency
  );
}

/** The groups from one to another as rows of the kernel, with indices of the market. */
function rowsOf(
  positions: readonly ResolvedPosition[],
  groups: readonly PositionGroup[],
  from: number,
  to: number,
): Rows {
  const first = groups[from]?.firstPosition ?? 0;
  const last = groups[to - 1];
  const end = last === undefined ? first : last.firstPosition + last.positionCount;
  const rowOffsets = new Uint32Array(to - from + 1);
  const instrument = new Uint32Array(end - first);
  const quantity = new Float64Array(end - first);
  for (let row = from; row < to; row += 1) {
    const { firstPosition = 0, positionCount = 0 } = groups[row] ?? {};
    rowOffsets[row - from + 1] = firstPosition + positionCount - first;
  }
  for (let at = first; at < end; at += 1) {
    instrument[at - first] = positions[at]?.instrument ?? 0;
    quantity[at - first] = positions[at]?.quantity ?? NaN;
  }
  return { rowOffsets, instrument, quantity };
}

function aggregateInto(kernels: Kernels, cube: RepricedCube, rows: Rows, vectors: Float64Array): void {
  const { rowOf, spec, instrumentCount, pnl } = cube;
  const rowCount = rows.rowOffsets.length - 1;
  if (rowCount === 0) return;
  const instrument =
    rowOf === undefined ? rows.instrument : rows.instrument.map((index) => rowOf[index] ?? 0);
  const sparse = { rowCount, rowOffsets: rows.rowOffsets, instrument, quantity: rows.quantity };
  kernels.aggregate(pnl, instrumentCount, spec.scenarios.columns.count, sparse, vectors);
}

import { scenarioRowsIndex, scenarioRowsLength, type ScenarioRows, type SingleCube } from '../book-tail.js';
import { cubeIndex, scenarioStride, type ScenarioColumns } from '../layout.js';
import type { CoinTerms, CubeSlice, SliceTerms } from '../slice-cells.js';
import { entry, requireLength } from './checks.js';

type SpotMoves = Pick<ScenarioColumns, 'spotRows' | 'spotFactor'>;

export function placeCells(
  { pnl, first, count, scenarioCount }: CubeSlice,
  scenarioAt: Uint32Array,
  rows: Pick<ScenarioRows, 'pnl' | 'instrumentCount'>,
): void {
  requireWithin('instrumentCount', first + count, rows.instrumentCount);
  requireLength('rows', rows.pnl, scenarioRowsLength(rows.instrumentCount, scenarioCount));
  for (let place = 0; place < scenarioCount; place += 1)
    for (let at = 0; at < count; at += 1)
      rows.pnl[scenarioRowsIndex(first + at, place, rows.instrumentCount)] = entry(
        pnl,
        cubeIndex(at, entry(scenarioAt, place), count),
      );
}

export function dollarCells(
  { pnl, first, count, scenarioCount }: CubeSlice,
  terms: SliceTerms,
  moves: SpotMoves,
  to: SingleCube,
): void {
  for (let at = 0; at < count; at += 1) {
    const price = entry(terms.price, at);
    const value = entry(terms.value, at);
    const valueNow = value * price;
    const isInverse = entry(terms.isInverse, at) === 1;
    fillRow(first + at, first + count, entry(terms.spotRow, at), moves, to, (s, factor) => {
      const unit = entry(pnl, cubeIndex(at, s, count));
      if (!isInverse) return { dollars: unit * price, gross: Math.abs(unit * price) };
      return {
        dollars: (unit + value) * price * factor - valueNow,
        gross: (Math.abs(unit) + Math.abs(value)) * price * factor + Math.abs(valueNow),
      };
    });
  }
  requireLength('slice.pnl', pnl, count * scenarioStride(scenarioCount));
}

export function coinCells(
  { first, count, spotRow, price }: CoinTerms,
  moves: SpotMoves,
  to: SingleCube,
): void {
  for (let at = 0; at < count; at += 1)
    fillRow(first + at, first + count, entry(spotRow, at), moves, to, (_, factor) => ({
      dollars: entry(price, at) * (factor - 1),
      gross: entry(price, at) * (factor + 1),
    }));
}

function fillRow(
  row: number,
  end: number,
  spotRow: number,
  { spotFactor }: SpotMoves,
  { cells, rowCount, scenarioCount, largest, gross }: SingleCube,
  cellOf: (scenario: number, factor: number) => { readonly dollars: number; readonly gross: number },
): void {
  requireWithin('rowCount', end, rowCount);
  requireLength('cells', cells, rowCount * scenarioStride(scenarioCount));
  largest[row] = 0;
  gross[row] = 0;
  for (let s = 0; s < scenarioCount; s += 1) {
    const cell = cellOf(s, entry(spotFactor, spotRow * scenarioStride(scenarioCount) + s));
    cells[cubeIndex(row, s, rowCount)] = cell.dollars;
    // `Math.max` keeps a NaN.
    largest[row] = Math.max(entry(largest, row), Math.abs(cell.dollars));
    gross[row] = Math.max(entry(gross, row), cell.gross);
  }
}

function requireWithin(name: string, end: number, rows: number): void {
  if (end > rows)
    throw new RangeError(`Expected an integer >= ${end} for ${name} but received ${rows} of type number`);
}

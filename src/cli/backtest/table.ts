import { isoDay, type PriceHistory } from '../../backtest/price-history.js';
import type { BacktestResult } from '../commands/backtest.js';
import { renderTable, type Column } from '../table.js';

const percent = (value: number, digits = 1): string => `${(100 * value).toFixed(digits)} %`;

const COVERAGE: readonly Column<BacktestResult>[] = [
  { title: 'book', align: 'left', cell: ({ book }) => book },
  { title: 'model', align: 'left', cell: ({ model }) => model },
  { title: 'days', align: 'right', cell: ({ coverage }) => String(coverage.days) },
  {
    title: 'mean IM',
    align: 'right',
    cell: (row) => percent(row.coverage.meanInitialMargin / row.notionalUsd),
  },
  { title: 'peak/trough', align: 'right', cell: ({ coverage }) => coverage.peakToTrough?.toFixed(2) ?? '-' },
  { title: 'loss > IM', align: 'right', cell: ({ coverage }) => String(coverage.initialBreaches) },
  { title: 'loss > MM', align: 'right', cell: ({ coverage }) => String(coverage.maintenanceBreaches) },
  {
    title: 'lost beyond IM',
    align: 'right',
    cell: (row) => percent(row.coverage.lossBeyondInitial / row.notionalUsd),
  },
  {
    title: 'realised 99 % loss',
    align: 'right',
    cell: (row) => percent(row.coverage.realisedLoss99 / row.notionalUsd),
  },
  { title: 'IM / 99 % loss', align: 'right', cell: ({ coverage }) => coverage.efficiency.toFixed(2) },
];

const TAIL: readonly Column<BacktestResult>[] = [
  { title: 'book', align: 'left', cell: ({ book }) => book },
  { title: 'model', align: 'left', cell: ({ model }) => model },
  { title: 'exceptions', align: 'right', cell: ({ tail }) => String(tail?.exceptions ?? '') },
  { title: 'expected', align: 'right', cell: ({ tail }) => tail?.expectedExceptions.toFixed(1) ?? '' },
  { title: 'Kupiec p', align: 'right', cell: ({ tail }) => tail?.kupiecPValue.toFixed(3) ?? '' },
  { title: 'independence p', align: 'right', cell: ({ tail }) => tail?.independencePValue.toFixed(3) ?? '' },
  {
    title: 'worst 250 days',
    align: 'left',
    cell: ({ tail }) =>
      tail === undefined ? '' : `${String(tail.worstYearExceptions)} ${tail.worstZone.toLowerCase()}`,
  },
  { title: 'Z2', align: 'right', cell: ({ tail }) => tail?.z2.toFixed(3) ?? '' },
  { title: '5 % normal', align: 'right', cell: ({ tail }) => tail?.z2CriticalNormal.toFixed(3) ?? '' },
  { title: '5 % t4', align: 'right', cell: ({ tail }) => tail?.z2CriticalStudentT.toFixed(3) ?? '' },
  {
    title: 'e-process peak',
    align: 'right',
    cell: ({ tail }) =>
      tail === undefined ? '' : `${tail.peakEvidence.toFixed(1)} ${tail.evidence.toLowerCase()}`,
  },
];

/** What margins covered, then what the tests say of value at risk and expected shortfall. */
export function renderBacktests(history: PriceHistory, results: readonly BacktestResult[]): string {
  const [first] = results;
  const from = isoDay(first?.days[0]?.dateMs);
  const to = isoDay(history.datesMs.at(-1));
  const head = `${[...history.prices.keys()].join(', ')} daily, ${from} to ${to}; shares of gross notional; results until the next close`;
  const tails = results.filter(({ tail }) => tail !== undefined);
  const tests =
    tails.length === 0
      ? []
      : [
          `\nvalue at risk and expected shortfall at ${percent(tails[0]?.tail?.confidence ?? NaN, 0)}\n`,
          renderTable(TAIL, tails),
        ];
  return [head, '', renderTable(COVERAGE, results), ...tests].join('\n');
}

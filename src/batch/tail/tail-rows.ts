import type { Kernels } from '../../kernel/kernels.js';
import type { Texts } from '../growing-columns.js';
import type { ModelColumnsBuilder } from '../shard-columns.js';
import type { TailMarket } from './tail-cubes.js';
import type { ShardTails } from './tail-shard.js';

/** The rows of the books `first` to `first + count`, none of them odd, as the model reports them. */
export function addTailRows(
  kernels: Kernels,
  { terms, labels }: TailMarket,
  { books, largest, ...tails }: ShardTails,
  first: number,
  count: number,
  rows: ModelColumnsBuilder,
): void {
  const ofRun = <Values extends Float64Array | Uint32Array>(values: Values, more = 0): Values =>
    values.subarray(first, first + count + more) as Values;
  const expectedShortfall = ofRun(tails.expectedShortfall);
  const markToMarket = ofRun(books.markToMarket);
  const accounts = rows.accounts.extend(count);
  fillPlaces(accounts.account, first);
  fillCounts(accounts.positionCount, ofRun(books.positionOffsets, 1));
  accounts.currency.fill(rows.currencyOf('USD'));
  accounts.markToMarket.set(markToMarket);
  accounts.valueAtRisk.set(ofRun(tails.valueAtRisk));
  accounts.expectedShortfall.set(expectedShortfall);
  accounts.standardError.set(ofRun(tails.standardError));
  kernels.tailMargins(
    {
      bookCount: count,
      markToMarket,
      cash: ofRun(books.cash),
      expectedShortfall,
      worstPnl: ofRun(tails.worstPnl),
    },
    terms.maintenanceShare,
    { ...accounts, worstLoss: accounts.worstScenarioPnl },
  );
  fillLabels(rows.worstScenario, accounts.worstScenarioPnl, ofRun(tails.worstScenario), labels);
  rows.quality.fill('EXACT', count);
  const components = rows.components.extend(count);
  components.account.set(accounts.account);
  components.initial.set(accounts.initialMargin);
  components.maintenance.set(accounts.maintenanceMargin);
  rows.componentName.fill(terms.component, count);
  rows.componentQuality.fill('EXACT', count);
  if (largest === undefined) return;
  const from = largest.offsets[first] ?? 0;
  const to = largest.offsets[first + count] ?? 0;
  const contributions = rows.contributions.extend(to - from);
  contributions.account.set(largest.book.subarray(from, to));
  contributions.instrument.set(largest.instrument.subarray(from, to));
  contributions.quantity.set(largest.quantity.subarray(from, to));
  // 0 where the book has no margin to divide.
  contributions.initialMargin.set(largest.contribution.subarray(from, to));
}

// The loops over books are functions of their own and take typed arrays only: every thread compiles them again.

function fillPlaces(places: Uint32Array, first: number): void {
  for (let at = 0; at < places.length; at += 1) places[at] = first + at;
}

function fillCounts(counts: Uint32Array, offsets: Uint32Array): void {
  for (let at = 0; at < counts.length; at += 1) counts[at] = (offsets[at + 1] ?? 0) - (offsets[at] ?? 0);
}

function fillLabels(
  texts: Texts,
  worstLoss: Float64Array,
  scenario: Uint32Array,
  labels: readonly string[],
): void {
  const codes = texts.extend(worstLoss.length);
  for (let at = 0; at < codes.length; at += 1) {
    const isLoss = (worstLoss[at] ?? NaN) < 0;
    codes[at] = isLoss ? texts.codeOf(labels[scenario[at] ?? 0] ?? null) : -1;
  }
}

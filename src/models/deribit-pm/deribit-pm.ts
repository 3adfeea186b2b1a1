import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import type { Quality } from '../../domain/report.js';
import type { ComponentShares, MarginModel, ModelComponent, ModelInput, ModelResult } from '../model.js';
import { buildResult, component } from '../shared/result.js';
import { worstOf, type Worst } from '../shared/worst.js';
import { aggregatedCells, shockedIndex } from './aggregate.js';
import { deltaShock, rollShock } from './charges.js';
import { currencyBooks, type CurrencyBook } from './currency-book.js';
import { parseDeribitPmParameters, type DeribitPmParameters } from './parameters.js';
import { deltaShares, rollShares, worstCaseShares } from './shares.js';
import { cellLabels, cellWeight, deribitCube, priceMove } from './risk-matrix.js';

/**
 * Deribit's portfolio margin for coin-settled books: the worst cell of a risk matrix with far moves, plus roll and delta
 * shocks. A book in one coin is margined in that coin. A book in several coins is margined in US dollars: the cells of equal
 * bucket move together and gains offset by each coin's rule; the venue's correlation contingency is not public.
 */
export const deribitPm: MarginModel<DeribitPmParameters> = {
  id: 'deribit-pm',
  title: 'Deribit portfolio margin',
  version: '1.0.0',
  parseParameters: parseDeribitPmParameters,
  parameterWarnings: () => [],
  cube: deribitCube,
  margin,
};

function margin(input: ModelInput<DeribitPmParameters>): Outcome<ModelResult> {
  const { parameters } = input;
  const arranged = currencyBooks(input, (currency, cell) => cellWeight(parameters, currency, cell));
  if (!arranged.ok) return arranged;
  const books = arranged.value;
  const [only, second] = books;
  const inCoin = only !== undefined && second === undefined;

  const cells = inCoin ? aggregatedCells(parameters, only) : jointCells(parameters, books);
  const worst = worstOf(cells);
  const loss = Math.max(0, -worst.pnl);
  const worstCase = inCoin ? rounded(loss, parameters.worstCaseDecimals) : loss;
  return success(
    buildResult(input, {
      currency: inCoin ? only.currency : 'USD',
      cash: inReportCurrency(books, (book) => book.balance),
      markToMarket: inReportCurrency(books, (book) => book.optionValue + book.unrealised),
      components: marginComponents(input, books, worst, worstCase),
      scenarioPnl: cells,
      worst,
      labels: cellLabels(parameters, inCoin ? only.parameters : undefined),
      confidences: books.filter((book) => book.hasPositions).map((book) => book.confidence),
    }),
  );
}

/** Coins for one book, dollars at the index for several. */
function inReportCurrency(books: readonly CurrencyBook[], amount: (book: CurrencyBook) => number): number {
  const [only, second] = books;
  if (only !== undefined && second === undefined) return amount(only);
  return books.reduce((sum, book) => sum + amount(book) * book.indexPrice, 0);
}

/** Dollar P&L per cell of several coins that move together, each after its own offset and dampening rule. */
function jointCells(parameters: DeribitPmParameters, books: readonly CurrencyBook[]): Float64Array {
  const joint = new Float64Array(books[0]?.cells.length ?? 0);
  for (const book of books) {
    aggregatedCells(parameters, book).forEach((pnl, cell) => {
      const price = shockedIndex(book, priceMove(parameters, book.parameters, cell));
      joint[cell] = (joint[cell] ?? 0) + pnl * price;
    });
  }
  return joint;
}

function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}

/** IM = RMM + open orders + MMP; MM = factor x RMM; RMM = worst case + correlation contingency + roll shock + delta shock. */
function marginComponents(
  input: ModelInput<DeribitPmParameters>,
  books: readonly CurrencyBook[],
  worst: Worst,
  worstCase: number,
): ModelComponent[] {
  const { maintenanceFactor } = input.parameters;
  const hasOptions = books.some((book) => book.hasOptions);
  const several = books.length > 1;
  const riskMatrix = (
    name: string,
    amount: number,
    quality: Quality,
    shares?: () => ComponentShares,
  ): ModelComponent => component(name, amount, maintenanceFactor * amount, quality, shares);
  const roll = inReportCurrency(books, rollShock);
  const delta = inReportCurrency(books, deltaShock);
  const components = [
    riskMatrix('worst_case', worstCase, several || hasOptions ? 'APPROXIMATE' : 'FITTED', () =>
      worstCaseShares(input, books, worst),
    ),
    riskMatrix('correlation_contingency', 0, several ? 'UNAVAILABLE' : 'EXACT'),
    riskMatrix('roll_shock', roll, hasOptions ? 'APPROXIMATE' : 'FITTED', () =>
      rollShares(input, books, roll),
    ),
    riskMatrix('delta_shock', delta, delta === 0 ? 'FITTED' : 'APPROXIMATE', () => deltaShares(input, books)),
    initialOnly('mmp', mmpMargin(input, books), 'EXACT'),
  ];
  if (input.orders.length > 0) components.push(initialOnly('open_orders', 0, 'UNAVAILABLE'));
  return components;
}

function initialOnly(name: string, initial: number, quality: Quality): ModelComponent {
  return component(name, initial, 0, quality);
}

/** A share of every protection group's quantity limit, held whether or not orders rest in it. */
function mmpMargin(input: ModelInput<DeribitPmParameters>, books: readonly CurrencyBook[]): number {
  return inReportCurrency(books, (book) =>
    input.mmpGroups
      .filter((group) => group.underlying === book.currency)
      .reduce((sum, group) => sum + input.parameters.mmpFactor * group.quantityLimit, 0),
  );
}

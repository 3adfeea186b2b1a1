import { KIND, NONE } from '../../domain/codes.js';
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import { secondsBetween, secondsToYears } from '../../domain/time.js';
import type { ModelInput } from '../model.js';
import { ownEntry } from '../shared/own-entry.js';
import type { DeribitCurrencyParameters, DeribitPmParameters } from './parameters.js';

/** All that one account holds in one coin; amounts in that coin. */
export interface CurrencyBook {
  readonly currency: string;
  readonly parameters: DeribitCurrencyParameters;
  /** US dollars per coin. */
  readonly indexPrice: number;
  readonly balance: number;
  readonly optionValue: number;
  /** Unrealised P&L and unsettled funding of futures and perpetuals. */
  readonly unrealised: number;
  /** Signed coin positions of futures and perpetuals, and what their roll costs. */
  readonly deltaOne: readonly RollPosition[];
  /** Net option delta per expiry, coins. */
  readonly optionExpiries: readonly RollPosition[];
  /** Sum of the deltas of short options, and of long options, coins. */
  readonly shortOptionDelta: number;
  readonly longOptionDelta: number;
  /** Sums of the group vectors, weighted as the risk matrix shows them, one entry per cell. */
  readonly cells: Float64Array;
  readonly confidence: number;
  readonly hasPositions: boolean;
  readonly hasOptions: boolean;
}

export interface RollPosition {
  readonly coins: number;
  /** 0 for a perpetual: its roll is the minimum move. */
  readonly timeToExpiryYears: number;
}

/** One book per coin in which the account has a position, a balance or a protection group, in order of appearance. */
export function currencyBooks(
  input: ModelInput<DeribitPmParameters>,
  weight: (currency: DeribitCurrencyParameters, cell: number) => number,
): Outcome<readonly CurrencyBook[]> {
  const currencies: string[] = [];
  for (const group of input.groups) {
    if (!currencies.includes(group.settlementCurrency)) currencies.push(group.settlementCurrency);
  }
  for (const balance of input.balances) {
    if (balance.amount !== 0 && !currencies.includes(balance.asset)) currencies.push(balance.asset);
  }
  for (const group of input.mmpGroups) {
    if (!currencies.includes(group.underlying)) currencies.push(group.underlying);
  }
  const books: CurrencyBook[] = [];
  for (const currency of currencies) {
    const book = currencyBook(input, currency, weight);
    if (!book.ok) return book;
    books.push(book.value);
  }
  return success(books);
}

function currencyBook(
  input: ModelInput<DeribitPmParameters>,
  currency: string,
  weight: (currency: DeribitCurrencyParameters, cell: number) => number,
): Outcome<CurrencyBook> {
  const { market, positions, groups, scenarios } = input;
  const { columns } = market;
  const parameters = ownEntry(input.parameters.currencies, currency);
  const underlying = market.table.underlyingIndex.get(currency);
  const balance = input.balances.find((entry) => entry.asset === currency);
  if (parameters === undefined || underlying === undefined) {
    const field = fieldThatNames(input, currency);
    const margined = Object.keys(input.parameters.currencies).join(', ');
    return failure(
      'UNSUPPORTED',
      field,
      `Expected a coin that deribit-pm margins (${margined}) and the market quotes but received ${currency}`,
    );
  }
  const { count, stride } = scenarios.columns;
  const cells = new Float64Array(count);
  let optionValue = 0;
  let unrealised = 0;
  let shortOptionDelta = 0;
  let longOptionDelta = 0;
  let confidence = columns.indexConfidence[underlying] ?? NaN;
  let hasPositions = false;
  let hasOptions = false;
  const deltaOne: RollPosition[] = [];
  const optionExpiries: RollPosition[] = [];
  for (const [row, group] of groups.entries()) {
    if (group.settlementCurrency !== currency) continue;
    hasPositions = true;
    let expiryDelta = 0;
    for (let i = group.firstPosition; i < group.firstPosition + group.positionCount; i += 1) {
      const position = positions[i];
      if (position === undefined) break;
      const { instrument, quantity } = position;
      const field = `positions[${String(position.requestIndex)}].instrument`;
      if (columns.isInverse[instrument] !== 1) {
        return failure(
          'UNSUPPORTED',
          field,
          'Expected a coin-settled instrument for deribit-pm but received a linear one',
        );
      }
      const coins = quantity * (input.unitDelta[instrument] ?? NaN);
      if (columns.kind[instrument] === KIND.OPTION) {
        hasOptions = true;
        optionValue += quantity * (input.unitValue[instrument] ?? NaN);
        expiryDelta += coins;
        if (quantity < 0) shortOptionDelta += coins;
        else longOptionDelta += coins;
        confidence = lowest(
          confidence,
          columns.volatilityConfidence[instrument],
          columns.forwardConfidence[group.expiry],
        );
      } else {
        unrealised += (position.unrealisedPnl ?? 0) + (position.unsettledFunding ?? 0);
        deltaOne.push({ coins, timeToExpiryYears: yearsToExpiry(input, instrument) });
        confidence = lowest(confidence, columns.priceConfidence[instrument]);
      }
    }
    if (group.expiry !== NONE) {
      const expiryMs = columns.expiryMs[group.expiry] ?? NaN;
      optionExpiries.push({
        coins: expiryDelta,
        timeToExpiryYears: secondsToYears(secondsBetween(market.timeMs, expiryMs)),
      });
    }
    for (let cell = 0; cell < count; cell += 1) {
      cells[cell] = (cells[cell] ?? 0) + (input.groupPnl[row * stride + cell] ?? NaN);
    }
  }
  for (let cell = 0; cell < count; cell += 1) cells[cell] = (cells[cell] ?? NaN) * weight(parameters, cell);
  return success({
    currency,
    parameters,
    indexPrice: columns.indexPrice[underlying] ?? NaN,
    balance: balance?.amount ?? 0,
    optionValue,
    unrealised,
    deltaOne,
    optionExpiries,
    shortOptionDelta,
    longOptionDelta,
    cells,
    confidence,
    hasPositions,
    hasOptions,
  });
}

/** Where the request first names a coin. */
function fieldThatNames(input: ModelInput<DeribitPmParameters>, currency: string): string {
  const group = input.groups.find(({ settlementCurrency }) => settlementCurrency === currency);
  const position = group === undefined ? undefined : input.positions[group.firstPosition];
  if (position !== undefined) return `positions[${String(position.requestIndex)}].instrument`;
  const balance = input.balances.find(({ asset }) => asset === currency);
  if (balance !== undefined) return `balances[${String(balance.requestIndex)}].asset`;
  return `mmpGroups[${String(input.mmpGroups.findIndex(({ underlying }) => underlying === currency))}].underlying`;
}

function yearsToExpiry(input: ModelInput<DeribitPmParameters>, instrument: number): number {
  const terms = input.market.table.instruments[instrument];
  if (terms?.kind !== 'FUTURE') return 0;
  return secondsToYears(secondsBetween(input.market.timeMs, terms.expiryMs));
}

/** Lowest known confidence: this model charges nothing for confidence, so an unknown one is only not reported. */
function lowest(current: number, ...others: readonly (number | undefined)[]): number {
  return others.reduce<number>((low, other) => (other !== undefined && other < low ? other : low), current);
}

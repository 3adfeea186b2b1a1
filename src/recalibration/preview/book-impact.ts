import { expected, failure, success, type Failure, type Outcome } from '../../domain/outcome.js';
import type { Portfolio } from '../../domain/portfolio.js';
import { ListMargins, type ListedMargin } from '../../engine/list-margins.js';
import type { MarginEngine } from '../../engine/margin-engine.js';
import { currencyPriceUsd } from '../../market/snapshot/currency-price.js';
import type { Market } from '../../market/snapshot/market.js';
import type { ResolvedModel } from '../../models/resolved-model.js';
import { ImpactTally, type AccountMargins, type HealthRule, type ParameterImpact } from './impact.js';

/** Two sets of parameters that a list of books is margined under. */
export interface ComparedModels {
  readonly before: ResolvedModel;
  readonly after: ResolvedModel;
}

/** A book that has no margin under one of the sets, or under both for the same reason. */
export interface UnmarginedBook {
  readonly accountId: string;
  readonly under: keyof ComparedModels | 'both';
  readonly failure: Failure;
}

export interface BookImpact {
  readonly impact: ParameterImpact;
  readonly failures: readonly UnmarginedBook[];
}

/** Margins every book under both sets on one thread; whatever its currency, an account counts in US dollars. */
export function bookImpact(
  engine: MarginEngine,
  market: Market,
  portfolios: readonly Portfolio[],
  { before, after }: ComparedModels,
  { rule, topMovers }: { readonly rule: HealthRule; readonly topMovers: number },
): BookImpact {
  const list = new ListMargins(engine);
  const old = list.margins(before, market, portfolios);
  const proposed = list.margins(after, market, portfolios);
  const tally = new ImpactTally(rule, topMovers);
  const failures: UnmarginedBook[] = [];
  portfolios.forEach(({ accountId }, at) => {
    const [from, to] = [old[at], proposed[at]].map((margin) => marginInUsd(market, margin));
    tally.add(accountId, valueOrNone(from), valueOrNone(to));
    failures.push(...failuresOf(accountId, from, to));
  });
  return { impact: tally.impact, failures };
}

function valueOrNone<T>(outcome: Outcome<T> | undefined): T | undefined {
  return outcome?.ok === true ? outcome.value : undefined;
}

function failuresOf(
  accountId: string,
  before: Outcome<unknown> | undefined,
  after: Outcome<unknown> | undefined,
): UnmarginedBook[] {
  const [from, to] = [before, after].map((one) => (one?.ok === false ? one.failure : undefined));
  if (from !== undefined && from.message === to?.message)
    return [{ accountId, under: 'both', failure: from }];
  return [
    ...(from === undefined ? [] : [{ accountId, under: 'before' as const, failure: from }]),
    ...(to === undefined ? [] : [{ accountId, under: 'after' as const, failure: to }]),
  ];
}

function marginInUsd(market: Market, margin: Outcome<ListedMargin> | undefined): Outcome<AccountMargins> {
  if (margin === undefined) return failure('INTERNAL', '', 'no margin of a portfolio');
  if (!margin.ok) return margin;
  const { currency, equity, initialMargin, maintenanceMargin } = margin.value;
  const usd = currencyPriceUsd(market, currency);
  if (!(usd > 0)) {
    const field = `market.assets.${currency}`;
    return failure('MISSING_MARKET_DATA', field, expected('a price in US dollars', field, undefined));
  }
  return success({
    equity: equity * usd,
    initialMargin: initialMargin * usd,
    maintenanceMargin: maintenanceMargin * usd,
  });
}

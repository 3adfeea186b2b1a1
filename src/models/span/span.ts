import { KIND } from '../../domain/codes.js';
import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import type { Quality } from '../../domain/report.js';
import type { ComponentShares, MarginModel, ModelComponent, ModelInput, ModelResult } from '../model.js';
import {
  cashBalance,
  openTradeEquity,
  optionPositionValue,
  positionConfidences,
  refusedCashAccount,
} from '../shared/cash-account.js';
import { buildResult, component, exact } from '../shared/result.js';
import { sectionVectors } from '../shared/sections.js';
import { sharesOf } from '../shared/shares.js';
import { worstOf } from '../shared/worst.js';
import { commodityBooks, exposureNotional, shortOptionCount, type CommodityBook } from './commodity-book.js';
import { parseSpanParameters, type SpanParameters } from './parameters.js';
import { spanCube } from './scenarios.js';
import { interCommodityCredits, monthCharges } from './spread-charges.js';

/**
 * SPAN: the worst of 16 scenarios per combined commodity, charges for spreads between months and for delivery, credits for
 * spreads between commodities, never below a minimum on short options; the value of options is taken off. The parameters are
 * the risk-array set of the clearing house (docs/span-files.md). Formulas: margin-models.md 12.
 *
 * Equity is cash and the unrealised P&L of futures; the value of options stands in the requirement, as SPAN states it, and is
 * not counted twice.
 */
export const span: MarginModel<SpanParameters> = {
  id: 'span',
  title: 'SPAN risk arrays',
  version: '1.0.0',
  parseParameters: parseSpanParameters,
  parameterWarnings: () => [],
  cube: spanCube,
  margin,
};

type Input = ModelInput<SpanParameters>;

function margin(input: Input): Outcome<ModelResult> {
  const { cashAsset, interCommoditySpreads } = input.parameters;
  const refused = refusedCashAccount(input, 'span', cashAsset);
  if (refused !== undefined) return refused;
  const arranged = commodityBooks(input);
  if (!arranged.ok) return arranged;
  const books = arranged.value;
  const credits = interCommodityCredits(books, interCommoditySpreads);
  const vectors = sectionVectors(
    books.map(({ name, scan }) => ({ name, pnl: scan.map((loss) => 0 - loss) })),
    input.scenarios,
  );
  return success(
    buildResult(input, {
      currency: cashAsset,
      cash: cashBalance(input, cashAsset),
      markToMarket: openTradeEquity(input),
      components: [
        ...books.flatMap((book, index) =>
          commodityComponents(input, book, credits[index] ?? NaN, books.length > 1 ? `${book.name}.` : ''),
        ),
        netOptionValue(input),
      ],
      ...vectors,
      worst: worstOf(vectors.scenarioPnl),
      confidences: positionConfidences(input),
    }),
  );
}

/** risk = max(scan + months + delivery - credit, short option minimum), as parts that add up. */
function commodityComponents(
  input: Input,
  book: CommodityBook,
  credit: number,
  prefix: string,
): ModelComponent[] {
  const { rules, scanRisk, isExact } = book;
  const factor = input.parameters.initialFactor;
  const part = (
    name: string,
    value: number,
    quality: Quality,
    shares?: () => ComponentShares,
  ): ModelComponent => component(`${prefix}${name}`, factor * value, value, quality, shares);
  const { interMonth, delivery } = monthCharges(book);
  // No credit beyond the risk it is taken from.
  const credited = Math.min(credit, scanRisk + interMonth + delivery);
  const minimum = shortOptionCount(input, book) * (rules.shortOptionMinimum?.rate ?? 0);
  const beyond = Math.max(0, minimum - (scanRisk + interMonth + delivery - credited));
  const { interCommoditySpreads } = input.parameters;
  const hasCreditRule = interCommoditySpreads.some(({ legs }) =>
    legs.some(({ combinedCommodity }) => combinedCommodity === book.name),
  );
  return [
    part('scan_risk', scanRisk, isExact ? 'EXACT' : 'APPROXIMATE', () => scanShares(input, book)),
    part('inter_month_spread', interMonth, approximateIf(rules.interMonthSpreads.length > 0)),
    part('delivery_month', delivery, approximateIf(rules.deliveryMonths.length > 0)),
    part('inter_commodity_credit', 0 - credited, approximateIf(hasCreditRule)),
    // Adding both sides is the published unit example; taking the larger is not.
    part('short_option_minimum', beyond, approximateIf(rules.shortOptionMinimum?.count === 'LARGER')),
    exposure(input, book, prefix),
  ];
}

/** A rule from general knowledge stays approximate where it charges nothing. */
function approximateIf(hasRule: boolean): Quality {
  return hasRule ? 'APPROXIMATE' : 'EXACT';
}

function scanShares(input: Input, { legs, active, scanRisk }: CommodityBook): ComponentShares {
  const byPosition = new Float64Array(input.positions.length);
  for (const { at, position, risk } of legs)
    byPosition[at] = scanRisk > 0 ? position.quantity * (risk.riskArray[active] ?? NaN) : 0;
  return { total: scanRisk, byPosition };
}

function exposure(input: Input, book: CommodityBook, prefix: string): ModelComponent {
  const { kind } = input.market.columns;
  const notionals = book.legs.map((leg) => ({ leg, notional: exposureNotional(input, leg) }));
  const charge = book.rules.exposureRate * notionals.reduce((sum, { notional }) => sum + notional, 0);
  // The published unit example is of a future; how options count is general knowledge.
  const hasOption = notionals.some(
    ({ leg, notional }) => notional > 0 && kind[leg.position.instrument] === KIND.OPTION,
  );
  const quality = approximateIf(hasOption && book.rules.exposureRate > 0);
  return component(`${prefix}exposure`, charge, charge, quality, () => {
    const byPosition = new Float64Array(input.positions.length);
    for (const { leg, notional } of notionals) byPosition[leg.at] = book.rules.exposureRate * notional;
    return { total: charge, byPosition };
  });
}

function netOptionValue(input: Input): ModelComponent {
  const value = input.positions.reduce((sum, position) => sum + optionPositionValue(input, position), 0);
  return exact('net_option_value', 0 - value, 0 - value, () =>
    sharesOf(input, value, (position) => optionPositionValue(input, position)),
  );
}

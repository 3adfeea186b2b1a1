import { KIND, NONE } from '../../domain/codes.js';
import { success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import type { BindingScenario } from '../../domain/report.js';
import type { MarginNumbers } from '../../domain/simulation.js';
import { confidenceCharge } from '../charges/confidence.js';
import type { ModelInput, ResolvedPosition } from '../model.js';
import { exact, notNegative } from '../shared/result.js';
import { bindingScenario, worstOf } from '../shared/worst.js';
import type { MarginTrade, TradeSums, TradedMargins } from '../traded-margins.js';
import { arrangeBook, type DerivePm2Book } from './book.js';
import { allocateCharges, CHARGE_NAMES, fillCharges } from './charges.js';
import type { DerivePm2Parameters } from './parameters.js';
import { startVector } from './scenario-vector.js';
import { scenarioTable } from './shocks.js';
import { emptyPart, fillPart, withTrade, type ExpiryPart } from './traded-expiry.js';

type Input = ModelInput<DerivePm2Parameters>;

/** The perpetual after the trades in it. */
interface PerpetualPart {
  readonly instrument: number;
  readonly quantity: number;
  readonly unrealisedPnl: number;
  readonly unsettledFunding: number;
}

/**
 * PMRM_2 after trades in options of expiries that are held and in the perpetual. Only the expiries that are traded are summed
 * anew; what the others add is kept. All sums run in the order of `derive-pm2.ts`, so that the numbers have the bits of a calculation
 * of the changed book.
 */
export function derivePm2TradedMargins(input: Input, sums: TradeSums): TradedMargins {
  // Most books change before they are asked about a trade.
  let calculator: TradeCalculator | undefined;
  return {
    after: (trades) => {
      if (calculator === undefined) {
        const book = arrangeBook(input);
        if (!book.ok) return undefined;
        calculator = new TradeCalculator(input, book.value, sums);
      }
      return calculator.after(trades);
    },
  };
}

class TradeCalculator {
  /** Of the book as it is, in the order of its expiries. */
  readonly #held: readonly { readonly positions: readonly ResolvedPosition[]; readonly part: ExpiryPart }[];
  /** Memory for an expiry that is traded. */
  readonly #traded: readonly ExpiryPart[];
  readonly #parts: ExpiryPart[];
  readonly #positions: (readonly ResolvedPosition[])[];
  readonly #perpetual: PerpetualPart | undefined;
  readonly #moving: readonly number[];
  readonly #initialHaircut: number;
  readonly #maintenanceHaircut: number;
  readonly #pnl: Float64Array;
  readonly #vector: Float64Array;
  /** Place of an expiry of the market among those of the book. */
  readonly #placeOf: ReadonlyMap<number, number>;
  readonly #charges = allocateCharges();

  constructor(
    private readonly input: Input,
    private readonly book: DerivePm2Book,
    private readonly sums: TradeSums,
  ) {
    const { count } = scenarioTable(input.parameters);
    const { stride } = input.scenarios.columns;
    this.#held = book.expiries.map((expiry) => {
      const { firstPosition, positionCount } = expiry.group;
      const positions = input.positions.slice(firstPosition, firstPosition + positionCount);
      const part = emptyPart(count);
      fillPart(part, input, expiry, positions, input.groupPnl, expiry.row * stride);
      return { positions, part };
    });
    this.#placeOf = new Map(book.expiries.map(({ group }, at) => [group.expiry, at]));
    this.#traded = book.expiries.map(() => emptyPart(count));
    this.#parts = this.#held.map(({ part }) => part);
    this.#positions = this.#held.map(({ positions }) => positions);
    this.#perpetual = perpetualOf(input);
    this.#moving = book.collateral.flatMap(({ riskCancelling, value }) => (riskCancelling ? [value] : []));
    this.#initialHaircut = book.collateral.reduce((total, leg) => total + leg.value * leg.initialHaircut, 0);
    this.#maintenanceHaircut = book.collateral.reduce(
      (total, leg) => total + leg.value * leg.maintenanceHaircut,
      0,
    );
    this.#pnl = new Float64Array(count);
    this.#vector = new Float64Array(stride);
  }

  after(trades: readonly MarginTrade[]): Outcome<MarginNumbers> | undefined {
    for (let at = 0; at < this.#held.length; at += 1) {
      const held = this.#held[at];
      if (held === undefined) continue;
      this.#parts[at] = held.part;
      this.#positions[at] = held.positions;
    }
    let { cash } = this.book;
    let perpetual = this.#perpetual;
    for (const trade of trades) {
      if (!this.#takes(trade)) return undefined;
      if (this.input.market.columns.kind[trade.instrument] === KIND.OPTION) {
        cash += trade.earned;
        if (!this.#tradeOption(trade)) return undefined;
      } else {
        perpetual = tradedPerpetual(perpetual, trade);
        if (perpetual === undefined) return undefined;
      }
    }
    return this.#numbers(cash, perpetual);
  }

  /** Options and perpetuals of the book's coin that settle in cash; everything else is judged by the whole rule. */
  #takes({ instrument }: MarginTrade): boolean {
    const { market, parameters, groups } = this.input;
    const { columns, table } = market;
    const kind = columns.kind[instrument];
    return (
      (kind === KIND.OPTION || kind === KIND.PERPETUAL) &&
      columns.isInverse[instrument] !== 1 &&
      columns.underlying[instrument] === groups[0]?.underlying &&
      table.instruments[instrument]?.settlementCurrency === parameters.cashAsset
    );
  }

  #tradeOption({ instrument, quantity }: MarginTrade): boolean {
    const at = this.#placeOf.get(this.input.market.columns.expiry[instrument] ?? NONE) ?? -1;
    const expiry = this.book.expiries[at];
    const part = this.#traded[at];
    const before = this.#positions[at];
    if (expiry === undefined || part === undefined || before === undefined) return false;
    const positions = withTrade(this.input, before, instrument, quantity);
    this.#positions[at] = positions;
    this.sums.sumPositions(positions, this.#vector);
    fillPart(part, this.input, expiry, positions, this.#vector, 0);
    this.#parts[at] = part;
    return true;
  }

  #numbers(cash: number, held: PerpetualPart | undefined): Outcome<MarginNumbers> | undefined {
    const { book, input } = this;
    const { parameters, market } = input;
    const { contractSize, markPrice, priceConfidence } = market.columns;
    const table = scenarioTable(parameters);
    const pnl = this.#pnl;
    const size = held === undefined ? NaN : (contractSize[held.instrument] ?? NaN);
    const contracts = held === undefined ? 0 : held.quantity * size;
    const price = held === undefined ? 0 : (markPrice[held.instrument] ?? NaN);
    const confidence = held === undefined ? 1 : (priceConfidence[held.instrument] ?? NaN);
    startVector(pnl, table, contracts, price, this.#moving, this.#moving.length);
    let markToMarket = held === undefined ? 0 : held.unrealisedPnl + held.unsettledFunding;
    const common = Math.min(book.spotConfidence, confidence);
    const { threshold, margin: rate } = parameters.confidence;
    let uncertain =
      held === undefined ? 0 : confidenceCharge(common, Math.abs(contracts) * book.spot, threshold, rate);
    let naked = 0;
    let basis = 0;
    for (let at = 0; at < this.#parts.length; at += 1) {
      const part = this.#parts[at];
      if (part === undefined || this.#positions[at]?.length === 0) continue;
      for (let s = 0; s < table.count; s += 1) pnl[s] = (pnl[s] ?? NaN) + (part.pnl[s] ?? NaN);
      markToMarket += part.value;
      naked += part.nakedShort;
      basis += part.basisLoss;
      const notional = part.grossContracts * book.spot;
      uncertain += confidenceCharge(Math.min(common, part.confidence), notional, threshold, rate);
      if (!(part.confidence >= 0)) return undefined;
    }
    for (const leg of book.collateral) {
      markToMarket += leg.value;
      const doubt = Math.min(leg.confidence, book.spotConfidence);
      uncertain += confidenceCharge(doubt, leg.value, threshold, rate);
    }
    const worst = worstOf(pnl, basis);
    fillCharges(
      this.#charges,
      parameters,
      Math.max(0, -worst.pnl),
      book.stablePrice,
      book.spot,
      Math.abs(contracts),
      naked,
      this.#initialHaircut,
      this.#maintenanceHaircut,
      uncertain,
    );
    return this.#finish(markToMarket + cash, bindingScenario(worst, input.scenarios.labels, pnl.length));
  }

  /** Adds the charges up; undefined where a number is none, and the whole rule says why. */
  #finish(equity: number, binding: BindingScenario | undefined): Outcome<MarginNumbers> | undefined {
    const { initial, maintenance } = this.#charges;
    let initialSum = 0;
    let maintenanceSum = 0;
    for (let at = 0; at < initial.length; at += 1) {
      initialSum += initial[at] ?? NaN;
      maintenanceSum += maintenance[at] ?? NaN;
    }
    if (!Number.isFinite(equity) || !Number.isFinite(initialSum) || !Number.isFinite(maintenanceSum))
      return undefined;
    return success({
      equity,
      initialMargin: notNegative(initialSum),
      maintenanceMargin: notNegative(maintenanceSum),
      initialExcess: equity - initialSum,
      maintenanceExcess: equity - maintenanceSum,
      components: CHARGE_NAMES.map((name, at) => exact(name, initial[at] ?? NaN, maintenance[at] ?? NaN)),
      ...(binding === undefined ? {} : { bindingScenario: binding }),
    });
  }
}

function perpetualOf({ positions, market }: Input): PerpetualPart | undefined {
  const held = positions.find(({ instrument }) => market.columns.kind[instrument] === KIND.PERPETUAL);
  if (held === undefined) return undefined;
  const { instrument, quantity, unrealisedPnl = 0, unsettledFunding = 0 } = held;
  return { instrument, quantity, unrealisedPnl, unsettledFunding };
}

/** Undefined where the trade closes the perpetual, which realises what it has earned, or is in another one. */
function tradedPerpetual(
  held: PerpetualPart | undefined,
  { instrument, quantity, earned }: MarginTrade,
): PerpetualPart | undefined {
  if (held === undefined) return { instrument, quantity, unrealisedPnl: earned, unsettledFunding: 0 };
  const after = held.quantity + quantity;
  if (held.instrument !== instrument || after === 0) return undefined;
  return { ...held, quantity: after, unrealisedPnl: held.unrealisedPnl + earned };
}

import { NONE } from '../../domain/codes.js';
import { secondsBetween, secondsToYears } from '../../domain/time.js';
import type { NettingTerms } from '../../kernel/layout.js';
import { confidenceCharge } from '../charges/confidence.js';
import { COLUMN_STATUS, type ColumnEpoch, type ColumnInput } from '../column-margins.js';
import { ownEntry } from '../shared/own-entry.js';
import { notNegative } from '../shared/result.js';
import { allocateCharges, fillCharges } from './charges.js';
import type { DerivePm2Parameters } from './parameters.js';
import { scenarioTable } from './shocks.js';
import { staticDiscount } from './static-discount.js';

type Input = ColumnInput<DerivePm2Parameters>;

/**
 * PMRM_2 for many accounts at one epoch: the formulas of `derive-pm2.ts` in the same order. What concerns the account as a whole
 * is filled in before the expiries are netted, and what follows from them after.
 */
export class DerivePm2Epoch implements ColumnEpoch {
  readonly #terms: NettingTerms;
  /** US dollars per unit of the cash asset; NaN where unknown. */
  readonly #stablePrice: number;
  readonly #isKnown: Uint8Array;
  readonly #contracts: Float64Array;
  readonly #price: Float64Array;
  readonly #spot: Float64Array;
  readonly #confidence: Float64Array;
  readonly #collateralValue: Float64Array;
  readonly #firstMoving: Uint32Array;
  readonly #movingValue: Float64Array;
  readonly #worst: Float64Array;
  readonly #value: Float64Array;
  readonly #confidenceCharge: Float64Array;
  readonly #isComplete: Uint8Array;

  constructor(private readonly input: Input) {
    const { books, parameters, market } = input;
    const { accountCount } = books;
    this.#terms = nettingTerms(input);
    this.#stablePrice = stablePrice(parameters, market);
    const column = (): Float64Array => new Float64Array(accountCount);
    this.#isKnown = new Uint8Array(accountCount);
    this.#contracts = column();
    this.#price = column();
    this.#spot = column();
    this.#confidence = column();
    this.#collateralValue = new Float64Array(books.collateralAmount.length);
    this.#firstMoving = new Uint32Array(accountCount + 1);
    this.#movingValue = new Float64Array(books.collateralAmount.length);
    this.#worst = column();
    this.#value = column();
    this.#confidenceCharge = column();
    this.#isComplete = new Uint8Array(accountCount);
    for (let account = 0; account < accountCount; account += 1) this.#start(account);
  }

  net(first: number, end: number, vectors: Float64Array): void {
    const { books } = this.input;
    const firstRow = books.firstRow[first] ?? 0;
    const endRow = books.firstRow[end] ?? 0;
    this.input.netExpiries(
      this.#terms,
      {
        accountCount: end - first,
        firstRow: books.firstRow.subarray(first, end + 1),
        rows: {
          rowCount: endRow - firstRow,
          rowOffsets: books.rows.rowOffsets.subarray(firstRow, endRow + 1),
          instrument: books.rows.instrument,
          quantity: books.rows.quantity,
        },
        rowExpiry: books.rowExpiry.subarray(firstRow, endRow),
        rowGross: books.rowGross.subarray(firstRow, endRow),
        contracts: this.#contracts.subarray(first, end),
        price: this.#price.subarray(first, end),
        firstMoving: this.#firstMoving.subarray(first, end + 1),
        movingValue: this.#movingValue,
        spot: this.#spot.subarray(first, end),
        confidence: this.#confidence.subarray(first, end),
        vectors,
      },
      {
        worst: this.#worst.subarray(first, end),
        value: this.#value.subarray(first, end),
        confidenceCharge: this.#confidenceCharge.subarray(first, end),
        isComplete: this.#isComplete.subarray(first, end),
      },
    );
  }

  finish(): void {
    const { parameters, books, results } = this.input;
    const charges = allocateCharges();
    const haircuts = new Float64Array(2);
    for (let account = 0; account < books.accountCount; account += 1) {
      results.status[account] = COLUMN_STATUS.BY_ITSELF;
      if (this.#isKnown[account] !== 1 || this.#isComplete[account] !== 1) continue;
      this.#addCollateral(account, haircuts);
      fillCharges(
        charges,
        parameters,
        Math.max(0, -(this.#worst[account] ?? NaN)),
        this.#stablePrice,
        this.#spot[account] ?? NaN,
        Math.abs(this.#contracts[account] ?? NaN),
        books.nakedShort[account] ?? NaN,
        haircuts[0] ?? NaN,
        haircuts[1] ?? NaN,
        this.#confidenceCharge[account] ?? NaN,
      );
      let initial = 0;
      let maintenance = 0;
      for (let part = 0; part < charges.initial.length; part += 1) {
        initial += charges.initial[part] ?? NaN;
        maintenance += charges.maintenance[part] ?? NaN;
      }
      const equity = (this.#value[account] ?? NaN) + (books.cash[account] ?? NaN);
      if (!Number.isFinite(equity) || !Number.isFinite(initial) || !Number.isFinite(maintenance)) continue;
      results.equity[account] = equity;
      results.initialMargin[account] = notNegative(initial);
      results.maintenanceMargin[account] = notNegative(maintenance);
      results.status[account] = COLUMN_STATUS.MARGINED;
    }
  }

  /** What concerns the account as a whole; an account for which something is unknown stays unknown. */
  #start(account: number): void {
    const { books, market, parameters, usable } = this.input;
    const { columns } = market;
    this.#firstMoving[account + 1] = this.#firstMoving[account] ?? 0;
    if (books.isLaidOut[account] !== 1 || !(this.#stablePrice > 0)) return;
    const underlying = books.underlying[account] ?? 0;
    const spot = columns.indexPrice[underlying] ?? NaN;
    const spotConfidence = columns.indexConfidence[underlying] ?? NaN;
    this.#spot[account] = spot;
    this.#confidence[account] = spotConfidence;
    const perpetual = books.perpetual[account] ?? NONE;
    if (perpetual !== NONE) {
      const confidence = columns.priceConfidence[perpetual] ?? NaN;
      if (usable[perpetual] !== 1 || !(confidence >= 0)) return;
      const contracts = (books.perpetualQuantity[account] ?? NaN) * (columns.contractSize[perpetual] ?? NaN);
      const mark = columns.markPrice[perpetual] ?? NaN;
      const common = Math.min(spotConfidence, confidence);
      const { threshold, margin: rate } = parameters.confidence;
      this.#contracts[account] = contracts;
      this.#price[account] = mark;
      this.#confidence[account] = common;
      this.#value[account] = this.#perpetualPnl(account, contracts, mark);
      this.#confidenceCharge[account] = confidenceCharge(common, Math.abs(contracts) * spot, threshold, rate);
    }
    this.#isKnown[account] = this.#valueCollateral(account) ? 1 : 0;
  }

  /** Unrealised P&L and unsettled funding: as stated, or from the entry price and the mark. */
  #perpetualPnl(account: number, contracts: number, mark: number): number {
    const { books } = this.input;
    const entry = books.perpetualEntryPrice[account] ?? NaN;
    const pnl = entry >= 0 ? contracts * (mark - entry) : (books.perpetualStatedPnl[account] ?? NaN);
    return pnl + (books.perpetualFunding[account] ?? NaN);
  }

  /** False where an asset has no price or no confidence. */
  #valueCollateral(account: number): boolean {
    const { books, market, parameters } = this.input;
    const { columns, table } = market;
    let moving = this.#firstMoving[account] ?? 0;
    const end = books.firstCollateral[account + 1] ?? 0;
    for (let at = books.firstCollateral[account] ?? 0; at < end; at += 1) {
      const asset = books.collateralAsset[at] ?? 0;
      const rule = ownEntry(parameters.collateral, table.assets[asset] ?? '');
      const price = columns.assetPriceUsd[asset] ?? NaN;
      if (rule === undefined || !(price > 0) || !((columns.assetConfidence[asset] ?? NaN) >= 0)) return false;
      const value = ((books.collateralAmount[at] ?? NaN) * price) / this.#stablePrice;
      this.#collateralValue[at] = value;
      if (!rule.riskCancelling) continue;
      this.#movingValue[moving] = value;
      moving += 1;
    }
    this.#firstMoving[account + 1] = moving;
    return true;
  }

  /** Collateral comes last in every sum; `haircuts` becomes its initial and its maintenance part. */
  #addCollateral(account: number, haircuts: Float64Array): void {
    const { books, market, parameters } = this.input;
    const { columns, table } = market;
    const { threshold, margin: rate } = parameters.confidence;
    const spotConfidence = columns.indexConfidence[books.underlying[account] ?? 0] ?? NaN;
    let value = this.#value[account] ?? NaN;
    let charge = this.#confidenceCharge[account] ?? NaN;
    let initial = 0;
    let maintenance = 0;
    const end = books.firstCollateral[account + 1] ?? 0;
    for (let at = books.firstCollateral[account] ?? 0; at < end; at += 1) {
      const asset = books.collateralAsset[at] ?? 0;
      const rule = ownEntry(parameters.collateral, table.assets[asset] ?? '');
      const worth = this.#collateralValue[at] ?? NaN;
      const confidence = Math.min(columns.assetConfidence[asset] ?? NaN, spotConfidence);
      value += worth;
      charge += confidenceCharge(confidence, worth, threshold, rate);
      initial += worth * (rule?.initialHaircut ?? NaN);
      maintenance += worth * (rule?.maintenanceHaircut ?? NaN);
    }
    this.#value[account] = value;
    this.#confidenceCharge[account] = charge;
    haircuts[0] = initial;
    haircuts[1] = maintenance;
  }
}

function stablePrice({ cashAsset }: DerivePm2Parameters, { table, columns }: Input['market']): number {
  const row = table.assetIndex.get(cashAsset);
  if (row === undefined) return NaN;
  return (columns.assetConfidence[row] ?? NaN) >= 0 ? (columns.assetPriceUsd[row] ?? NaN) : NaN;
}

function nettingTerms({ parameters, market, stride, unitValue, usable }: Input): NettingTerms {
  const { columns, timeMs } = market;
  const { count, spotMove, dampening, isSkewed } = scenarioTable(parameters);
  const { addFactor, multFactor } = parameters.basis;
  const padded = (values: ArrayLike<number>): Float64Array => {
    const column = new Float64Array(stride);
    column.set(values);
    return column;
  };
  const years = Float64Array.from(columns.expiryMs, (expiryMs) =>
    secondsToYears(secondsBetween(timeMs, expiryMs)),
  );
  const discounts = Array.from(columns.rate, (rate, expiry) =>
    staticDiscount(parameters.staticDiscount, years[expiry] ?? NaN, rate),
  );
  return {
    count,
    stride,
    spotMove: padded(spotMove),
    dampening: padded(dampening),
    skewed: padded(isSkewed),
    instrumentCount: unitValue.length,
    unitValue,
    volatilityConfidence: columns.volatilityConfidence,
    usable,
    expiryCount: years.length,
    longDiscount: Float64Array.from(discounts, ({ long }) => long),
    shortDiscount: Float64Array.from(discounts, ({ short }) => short),
    basisFactor: years.map((time) => addFactor + multFactor * time),
    expiryConfidence: Float64Array.from(columns.rate, (rate, expiry) =>
      Number.isFinite(rate)
        ? Math.min(columns.forwardConfidence[expiry] ?? NaN, columns.rateConfidence[expiry] ?? NaN)
        : NaN,
    ),
    confidenceThreshold: parameters.confidence.threshold,
    confidenceRate: parameters.confidence.margin,
  };
}

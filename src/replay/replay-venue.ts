import { CASH } from '../backtest/book-day.js';
import { failure, success, type Outcome } from '../domain/outcome.js';
import type { Portfolio } from '../domain/portfolio.js';
import { ListMargins, type ListedMargin } from '../engine/list-margins.js';
import type { MarginEngine } from '../engine/margin-engine.js';
import { KIND } from '../domain/codes.js';
import type { LinearSolver } from '../live/liquidation/linear-program.js';
import { marginAfter, planCalculator } from '../live/liquidation/plan-calculator.js';
import { planLiquidation } from '../live/liquidation/plan-liquidation.js';
import { DEFAULT_PLAN_RULES } from '../live/liquidation/plan-types.js';
import { CODE, cureAmount, nextStep, type HealthCode } from '../live/state/ladder.js';
import { randomStream } from '../measures/random.js';
import type { ResolvedModel } from '../models/resolved-model.js';
import { bearDeficits } from './bear-deficits.js';
import type { CrashPath } from './crash-path.js';
import { ImpactedMarket, type PricedMinute } from './impacted-market.js';
import { payFunding } from './pay-funding.js';
import {
  checkRules,
  type DepthOf,
  type ParameterSet,
  type ReplayAccount,
  type VenueRules,
} from './replay-terms.js';
import { ReplayTally, type ReplayResult } from './replay-tally.js';
import { moneyUnits, priceUnits, QUANTITY_UNITS, quantityUnits, usdOf, VenueLedger } from './venue-ledger.js';

export interface ReplayRequest {
  readonly path: CrashPath;
  readonly accounts: readonly ReplayAccount[];
  readonly parameters: ParameterSet;
  readonly rules: VenueRules;
  readonly depthOf: DepthOf;
  /** Of who pays a call and who takes the other side. */
  readonly seed: number;
  readonly engine: MarginEngine;
  readonly solver: LinearSolver;
}

/**
 * The whole venue through a crash under one set of parameters: margins, calls, planned liquidations in slices that the market can
 * take, their impact, and who bears what is left. Money is integer and conserved; same request, same bits. Failures name the account or the rule.
 */
export function replayVenue(request: ReplayRequest): Outcome<ReplayResult> {
  const checked = checkRules(request.rules);
  if (!checked.ok) return checked;
  const opened = VenueReplay.open(request);
  if (!opened.ok) return opened;
  const replay = opened.value;
  for (let minute = 0; minute <= request.path.minutes; minute += request.rules.stepMinutes) {
    const stepped = replay.step(minute);
    if (!stepped.ok) return stepped;
  }
  return success(replay.result());
}

/** Parties that take the other side of everything: hedged elsewhere, never called, deleveraged like everybody. */
export const MAKERS = 4;

/** A client on its way through the crash. */
interface Client {
  readonly account: ReplayAccount;
  readonly row: number;
  readonly pays: boolean;
  portfolio: Portfolio;
  step: HealthCode;
  /** Called money that is on its way. */
  payment: { readonly dueMinute: number; readonly money: bigint } | undefined;
  /** Signed units still to be traded, by instrument. */
  plan: Map<number, bigint> | undefined;
}

class VenueReplay {
  readonly #ledger: VenueLedger;
  readonly #margins: ListMargins;
  readonly #tally: ReplayTally;
  readonly #clients: Client[];
  readonly #market: ImpactedMarket;
  #maker = 0;

  private constructor(private readonly request: ReplayRequest) {
    const { accounts, engine, path, rules } = request;
    this.#ledger = new VenueLedger(accounts.length + MAKERS);
    this.#margins = new ListMargins(engine);
    this.#tally = new ReplayTally(request.parameters.name, accounts, path.underlyings);
    this.#market = new ImpactedMarket(request);
    this.#clients = accounts.map((account, row) => ({
      account,
      row,
      pays: randomStream(request.seed, row).uniform() < rules.payingShare,
      portfolio: EMPTY,
      step: CODE.OK,
      payment: undefined,
      plan: undefined,
    }));
    const { pools } = this.#ledger;
    for (const [pool, usd] of [
      ['firstLoss', rules.firstLossUsd],
      ['fund', rules.fundUsd],
      ['secondLoss', rules.secondLossUsd],
    ] as const) {
      pools[pool] = moneyUnits(usd);
      pools.outside -= pools[pool];
    }
  }

  /** Everybody has bought what he holds from the makers at the first marks, and has what his margin asks for. */
  static open(request: ReplayRequest): Outcome<VenueReplay> {
    const replay = new VenueReplay(request);
    const { path } = request;
    const { table } = path.base;
    const priced = replay.#market.priced(0);
    for (const [at, { account, row }] of replay.#clients.entries()) {
      replay.#ledger.pay('outside', row, moneyUnits(account.cashUsd));
      for (const [index, { instrument, quantity }] of account.positions.entries()) {
        const held = table.instrumentIndex.get(instrument);
        if (held === undefined)
          return failure(
            'UNKNOWN_INSTRUMENT',
            `portfolios[${String(at)}].positions[${String(index)}].instrument`,
            `Expected an instrument that is quoted all the way but received ${instrument}`,
          );
        const mark = priced.marks[held] ?? 0n;
        const units = quantityUnits(quantity);
        replay.#ledger.trade(row, replay.#nextMaker(), held, units, mark);
        // Positions are there already: what they cost was paid before.
        replay.#ledger.pay(
          'outside',
          row,
          units * mark * (path.base.columns.kind[held] === KIND.OPTION ? 1n : 0n),
        );
      }
    }
    return replay.#topUp(priced);
  }

  #topUp(priced: PricedMinute): Outcome<VenueReplay> {
    const requirements = this.#requirements(priced, 0);
    if (!requirements.ok) return requirements;
    for (const client of this.#clients) {
      const { initialMargin = NaN } = requirements.value[client.row] ?? {};
      const wanted = moneyUnits(initialMargin * Math.max(1, client.account.openingCover));
      const missing = wanted - this.#ledger.equity(client.row, priced.marks);
      if (missing <= 0n) continue;
      this.#ledger.pay('outside', client.row, missing);
      this.#tally.opening(client.row, missing);
      this.#refresh(client, priced);
    }
    return success(this);
  }

  step(minute: number): Outcome<undefined> {
    this.#market.decay(this.request.rules);
    let priced = this.#market.priced(minute);
    if (minute > 0) this.#fund(priced);
    const requirements = this.#requirements(priced, minute);
    if (!requirements.ok) return requirements;
    for (const client of this.#clients) {
      const requirement = requirements.value[client.row];
      if (requirement === undefined) continue;
      this.#pay(client, minute, priced);
      const equity = usdOf(this.#ledger.equity(client.row, priced.marks));
      const coverage = { ...requirement, equity };
      client.step = nextStep(client.step, equity, requirement.initialMargin, requirement.maintenanceMargin);
      this.#call(client, minute, cureAmount(client.step, coverage));
      if (equity < requirement.maintenanceMargin)
        this.#tally.belowMaintenance(client.row, this.request.rules.stepMinutes);
      const planned = this.#plan(client, priced, minute);
      if (!planned.ok) return planned;
    }
    priced = this.#liquidate(minute, priced);
    bearDeficits(
      {
        ledger: this.#ledger,
        tally: this.#tally,
        clients: this.#clients.length,
        nextMaker: () => this.#nextMaker(),
        maintenanceChange: (party, instrument, units) =>
          this.#maintenanceChange(party, instrument, Number(units) / QUANTITY_UNITS, priced, minute),
      },
      priced.marks,
    );
    for (const client of this.#clients) this.#refresh(client, priced);
    this.#tally.minute(
      this.request.path.timeMs(minute),
      priced.market.columns.indexPrice,
      this.#ledger,
      priced.marks,
      this.#clients.map(({ step }) => step),
    );
    return success(undefined);
  }

  /** Funding since the step before. */
  #fund({ market, marks }: PricedMinute): void {
    const { fundingPerDay: ratePerDay, stepMinutes: minutes } = this.request.rules;
    if (ratePerDay === 0) return;
    payFunding(this.#ledger, this.#tally, { ratePerDay, minutes, market, marks });
    for (const client of this.#clients) this.#refresh(client, { market });
  }

  result(): ReplayResult {
    return this.#tally.result(this.#ledger);
  }

  #modelAt(minute: number): ResolvedModel {
    const { schedule } = this.request.parameters;
    const timeMs = this.request.path.timeMs(minute);
    const found = schedule.findLast(({ fromMs }, at) => at === 0 || fromMs <= timeMs);
    if (found === undefined) throw new RangeError('a parameter set without a model');
    return found.model;
  }

  /** In the order of the clients; the first failure is the answer, because a replay without an account is no replay. */
  #requirements(priced: PricedMinute, minute: number): Outcome<ListedMargin[]> {
    if (minute === 0) for (const client of this.#clients) this.#refresh(client, priced);
    const portfolios = this.#clients.map(({ portfolio }) => portfolio);
    const found: ListedMargin[] = [];
    for (const margin of this.#margins.margins(this.#modelAt(minute), priced.market, portfolios)) {
      if (!margin.ok) return margin;
      found.push(margin.value);
    }
    return success(found);
  }

  /** The account as the engine margins it: futures at their average price, so that a book that has not changed stays the same. */
  #refresh(client: Client, { market }: Pick<PricedMinute, 'market'>): void {
    const { table, columns } = market;
    let cash = this.#ledger.cashOf(client.row);
    const positions = [...this.#ledger.positionsOf(client.row)].map(([row, { units, cost }]) => {
      const instrument = table.instruments[row]?.name ?? '';
      const quantity = Number(units) / QUANTITY_UNITS;
      if (columns.kind[row] === KIND.OPTION) return { instrument, quantity };
      cash += cost;
      return { instrument, quantity, averageEntryPrice: Number(cost) / Number(units) / 1e6 };
    });
    const units = String(cash / 10n ** 6n);
    const before = client.portfolio;
    const isSame =
      before.balances[0]?.units === units &&
      before.positions.length === positions.length &&
      positions.every(({ instrument, quantity }, at) => {
        const other = before.positions[at];
        return other?.instrument === instrument && other.quantity === quantity;
      });
    if (isSame) return;
    client.portfolio = {
      accountId: client.account.accountId,
      positions,
      balances: [{ asset: CASH, units, decimals: 6 }],
      openOrders: [],
      mmpGroups: [],
    };
  }

  /** Money that was called and comes now. */
  #pay(client: Client, minute: number, priced: PricedMinute): void {
    const { payment, row } = client;
    if (payment === undefined || payment.dueMinute > minute) return;
    client.payment = undefined;
    // Who has been closed out, or owes more than he has, sends no more.
    if (this.#ledger.positionsOf(row).size === 0 || this.#ledger.equity(row, priced.marks) < 0n) return;
    this.#ledger.pay('outside', row, payment.money);
    this.#tally.paid(row, payment.money);
  }

  #call(client: Client, minute: number, cureUsd: number): void {
    if (client.step < CODE.CALL || client.payment !== undefined || !(cureUsd > 0)) return;
    const isFirst = this.#tally.call(client.row, moneyUnits(cureUsd));
    if (!isFirst || !client.pays) return;
    const { paymentDelayMinutes } = this.request.rules;
    client.payment = { dueMinute: minute + paymentDelayMinutes, money: moneyUnits(cureUsd) };
  }

  /** Below maintenance margin a plan is made, and kept until it is executed or the account has recovered. */
  #plan(client: Client, { market }: PricedMinute, minute: number): Outcome<undefined> {
    if (client.step < CODE.LIQUIDATE) {
      client.plan = undefined;
      if (client.step < CODE.CALL) this.#tally.recovered(client.row);
      return success(undefined);
    }
    if (client.plan !== undefined && this.#isUnderWay(client.row, client.plan)) return success(undefined);
    if (this.#ledger.positionsOf(client.row).size === 0) return success(undefined);
    this.#refresh(client, { market });
    const { engine, solver } = this.request;
    const calculator = planCalculator(engine, { model: this.#modelAt(minute), market }, true);
    const planned =
      client.step >= CODE.BACKSTOP
        ? undefined
        : planLiquidation(calculator, solver, market, client.portfolio, {
            ...DEFAULT_PLAN_RULES,
            lotContracts: LOT,
          });
    if (planned?.ok === false) return planned;
    // Above its maintenance margin it waits for more money or better prices.
    if (planned?.value.result === 'NOT_NEEDED') return success(undefined);
    const steps = planned?.value.result === 'RESTORED' ? planned.value.steps : [];
    client.plan = new Map(
      steps.length > 0
        ? steps.map(({ leg }) => [
            market.table.instrumentIndex.get(leg.instrument) ?? -1,
            quantityUnits(leg.quantity),
          ])
        : // Nothing restores it, or it is too late for plans: everything is closed.
          [...this.#ledger.positionsOf(client.row)].map(([row, { units }]) => [row, -units]),
    );
    this.#tally.planned(client.row);
    return success(undefined);
  }

  #isUnderWay(party: number, plan: ReadonlyMap<number, bigint>): boolean {
    for (const [row, units] of plan) if (within(units, this.#ledger.unitsOf(party, row)) !== 0n) return true;
    return false;
  }

  /** Executes what the market takes in one step, at the prices after it. */
  #liquidate(minute: number, before: PricedMinute): PricedMinute {
    const { path, rules, depthOf } = this.request;
    const { columns } = before.market;
    const left = Float64Array.from(path.underlyings, (underlying, u) => {
      const { dailyVolumeCoins } = depthOf(underlying, path.spotUsd(u, minute));
      return (rules.participation * dailyVolumeCoins * rules.stepMinutes) / MINUTES_PER_DAY;
    });
    const trades: { readonly client: Client; readonly row: number; readonly units: bigint }[] = [];
    for (const client of this.#clients)
      for (const [row, planned] of client.plan ?? NO_PLAN) {
        const wanted = within(planned, this.#ledger.unitsOf(client.row, row));
        const u = columns.underlying[row] ?? 0;
        const size = Math.abs(Number(wanted)) / QUANTITY_UNITS;
        const isQuoted = (wanted < 0n ? columns.bidPrice[row] : columns.askPrice[row]) ?? NaN;
        const contracts = Math.min(size, left[u] ?? 0);
        if (!(isQuoted >= 0) || contracts <= 0) continue;
        const units = contracts === size ? wanted : quantityUnits(Math.sign(Number(wanted)) * contracts);
        if (units === 0n) continue;
        left[u] = (left[u] ?? NaN) - contracts;
        trades.push({ client, row, units });
      }
    if (trades.length === 0) return before;
    const delta = this.request.engine.unitRisk({
      model: this.#modelAt(minute),
      market: before.market,
    }).greeks;
    for (const { row, units } of trades) {
      const u = columns.underlying[row] ?? 0;
      this.#market.sell(u, (-Number(units) / QUANTITY_UNITS) * (delta[row * 4] ?? NaN));
    }
    const after = this.#market.priced(minute);
    for (const { client, row, units } of trades) this.#trade(client, row, units, after);
    return after;
  }

  #trade(client: Client, row: number, units: bigint, { market, marks }: PricedMinute): void {
    const { bidPrice, askPrice } = market.columns;
    const quoted = (units < 0n ? bidPrice[row] : askPrice[row]) ?? NaN;
    const price = quoted >= 0 ? priceUnits(quoted) : (marks[row] ?? 0n);
    this.#ledger.trade(client.row, this.#nextMaker(), row, units, price);
    const rest = within((client.plan?.get(row) ?? 0n) - units, this.#ledger.unitsOf(client.row, row));
    if (rest === 0n) client.plan?.delete(row);
    else client.plan?.set(row, rest);
    const notional =
      (Math.abs(Number(units)) / QUANTITY_UNITS) *
      (market.columns.indexPrice[market.columns.underlying[row] ?? 0] ?? NaN);
    this.#tally.liquidated(client.row, notional, units * ((marks[row] ?? 0n) - price));
  }

  #maintenanceChange(
    party: number,
    instrument: number,
    quantity: number,
    { market }: PricedMinute,
    minute: number,
  ): number {
    const client = this.#clients[party];
    if (client === undefined) return 0;
    this.#refresh(client, { market });
    const name = market.table.instruments[instrument]?.name ?? '';
    const calculator = planCalculator(this.request.engine, { model: this.#modelAt(minute), market }, true);
    const before = calculator.margin(client.portfolio);
    const after = marginAfter(calculator, client.portfolio, [{ instrument: name, quantity }]);
    if (!before.ok || !after.ok) return Infinity;
    return after.value.maintenanceMargin - before.value.maintenanceMargin;
  }

  #nextMaker(): number {
    this.#maker = (this.#maker + 1) % MAKERS;
    return this.#clients.length + this.#maker;
  }
}

/** Of a trade that closes, what there still is to close: auto-deleveraging may have been faster. */
function within(planned: bigint, held: bigint): bigint {
  if (planned > 0n) return held >= 0n ? 0n : planned < -held ? planned : -held;
  return held <= 0n ? 0n : planned > -held ? planned : -held;
}

const MINUTES_PER_DAY = 1_440;
const LOT = 0.01;
const EMPTY: Portfolio = { accountId: '', positions: [], balances: [], openOrders: [], mmpGroups: [] };
const NO_PLAN: ReadonlyMap<number, bigint> = new Map();

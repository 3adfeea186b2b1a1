import { expected, failure, success, type Outcome } from '../domain/outcome.js';
import { SHOCK_MAX } from '../limits.js';
import { IMPACT_FACTOR } from '../models/charges/liquidity/square-root-impact.js';
import { checkDepth, impactFactor, type MarketDepth } from './market-impact.js';

/** The first move of one underlying and what its market can take. */
export interface ShockedUnderlying {
  readonly underlying: string;
  /** US dollars before the move, > 0. */
  readonly spotUsd: number;
  /** Relative, > -1. */
  readonly spotShock: number;
  /** Relative move of volatilities, > -1. */
  readonly volShock: number;
  readonly depth: MarketDepth;
}

export interface CascadeTerms {
  readonly underlyings: readonly ShockedUnderlying[];
  /** Y of the square-root law, >= 0. */
  readonly impactCoefficient?: number;
  /** Rounds before the simulation stops, >= 1. */
  readonly roundsMax?: number;
  /**
   * Share of a book that may be closed between two looks at prices and accounts, in (0, 1]; 1 by default: plans are executed whole. Books
   * that are all on one side end at the same prices whatever it is.
   */
  readonly sliceShare?: number;
}

/** Accounts at one set of prices. Arrays run over the accounts, always in the same order. */
export interface AccountsAt {
  readonly accountIds: readonly string[];
  /** US dollars; NaN for an account without a margin, which then takes no part. */
  readonly equityUsd: Float64Array;
  readonly maintenanceMarginUsd: Float64Array;
  /** `[account][underlying]`, coins, underlyings in the order of the terms. */
  readonly deltaCoins: Float64Array;
}

/** Where prices are now, one entry per underlying. */
export interface CascadeMoves {
  readonly spotFactors: Float64Array;
  readonly volFactors: Float64Array;
}

export interface CascadeRound {
  /** From 1. */
  readonly round: number;
  /** Accounts that are being liquidated, so far. */
  readonly liquidatedAccounts: number;
  /** Traded so far at present prices, US dollars. */
  readonly liquidatedNotionalUsd: number;
  /** Relative move of every underlying so far. */
  readonly spotShocks: readonly number[];
}

export interface CascadeShare {
  readonly accountId: string;
  /** In (0, 1]; all shares add up to 1. */
  readonly share: number;
  /** Part of the shortfall that the cascade adds, US dollars. */
  readonly systemicAddOnUsd: number;
}

export interface CascadeResult {
  readonly finalSpotShocks: readonly number[];
  /** ln of the last price over ln of the first move, of the underlying that moves most among those that were moved; 1 where nothing follows. */
  readonly amplification: number;
  readonly isAlarm: boolean;
  readonly rounds: readonly CascadeRound[];
  readonly isConverged: boolean;
  /** What accounts owe beyond all that they have, at the last prices. US dollars. */
  readonly fundLossUsd: number;
  /** Sum over accounts of max(0, maintenance margin - equity) at the first move, and at the last. US dollars. */
  readonly firstShortfallUsd: number;
  readonly finalShortfallUsd: number;
  /** The largest first. */
  readonly shares: readonly CascadeShare[];
  readonly unmarginedAccounts: number;
}

/** Amplification above which it is time to act (market-and-risk.md 9). */
export const AMPLIFICATION_ALARM = 1.5;

/** A liquidation ends at this multiple of the maintenance margin (market-and-risk.md 6). */
export const LIQUIDATION_TARGET = 1.15;

export const CASCADE_ROUNDS_DEFAULT = 100;

/** A first move that amplification can be a multiple of. */
const SPOT_SHOCK_MIN = 1e-6;

/** Liquidations move a price by no more than this factor, up or down: long before, nobody trades any more and no model has a price. */
const IMPACT_FACTOR_MAX = 1e6;

/** Relative change of a price, and share of a book, below which nothing more happens. */
const TOLERANCE = 1e-7;

/**
 * A shock and the liquidations that follow: who is below its maintenance margin sells what brings it back, that moves the price, and
 * so on until nobody follows. The caller values the accounts:
 *
 * `for (let moves = cascade.next(); moves !== undefined; moves = cascade.next()) cascade.take(accounts at moves)`
 *
 * An account's plan is the share of its book after which equity is 1.15 times the maintenance margin, at present prices, had nothing
 * been closed before; what has been planned once stays. So what is sold depends on prices and not on how it was sliced.
 */
export class Cascade {
  readonly #underlyings: readonly ShockedUnderlying[];
  readonly #coefficient: number;
  readonly #roundsMax: number;
  readonly #sliceShare: number;
  readonly #spotFactors: Float64Array;
  readonly #volFactors: Float64Array;
  readonly #rounds: CascadeRound[] = [];
  #planned = new Float64Array(0);
  #executed = new Float64Array(0);
  /** Sold so far, `[account][underlying]`, coins. */
  #sold = new Float64Array(0);
  #first: AccountsAt | undefined;
  #last: AccountsAt | undefined;
  #isDone = false;
  #isConverged = false;

  private constructor({
    underlyings,
    impactCoefficient = IMPACT_FACTOR,
    roundsMax = CASCADE_ROUNDS_DEFAULT,
    sliceShare = 1,
  }: CascadeTerms) {
    this.#underlyings = underlyings;
    this.#coefficient = impactCoefficient;
    this.#roundsMax = roundsMax;
    this.#sliceShare = sliceShare;
    this.#spotFactors = Float64Array.from(underlyings, ({ spotShock }) => 1 + spotShock);
    this.#volFactors = Float64Array.from(underlyings, ({ volShock }) => 1 + volShock);
  }

  /** Failures name fields of the terms. */
  static of(terms: CascadeTerms): Outcome<Cascade> {
    const refused = refusedTerms(terms);
    return refused ?? success(new Cascade(terms));
  }

  /** Prices at which the accounts are wanted; undefined when the cascade has ended. */
  next(): CascadeMoves | undefined {
    if (this.#isDone) return undefined;
    return { spotFactors: this.#spotFactors.slice(), volFactors: this.#volFactors };
  }

  /** The accounts at the prices that `next` gave. */
  take(accounts: AccountsAt): void {
    const { equityUsd, maintenanceMarginUsd, deltaCoins } = accounts;
    if (this.#first === undefined) {
      this.#first = accounts;
      this.#planned = new Float64Array(equityUsd.length);
      this.#executed = new Float64Array(equityUsd.length);
      this.#sold = new Float64Array(deltaCoins.length);
    }
    this.#last = accounts;
    const grown = plan(this.#planned, equityUsd, maintenanceMarginUsd);
    const traded = execute(this.#executed, this.#planned, this.#sold, deltaCoins, this.#sliceShare);
    const moved = this.#movePrices();
    if (Math.max(grown, traded, moved) <= TOLERANCE) {
      this.#isDone = true;
      this.#isConverged = true;
      return;
    }
    this.#rounds.push(this.#round());
    this.#isDone = this.#rounds.length >= this.#roundsMax;
  }

  /** What happened; accounts must have been taken at least once. */
  result(): CascadeResult {
    const [first, last] = [this.#first, this.#last];
    if (first === undefined || last === undefined)
      throw new Error('a cascade without accounts has no result');
    const firstShortfallUsd = shortfall(first.equityUsd, first.maintenanceMarginUsd);
    const finalShortfallUsd = shortfall(last.equityUsd, last.maintenanceMarginUsd);
    const amplification = this.#amplification();
    return {
      finalSpotShocks: this.#spotShocks(),
      amplification,
      isAlarm: amplification > AMPLIFICATION_ALARM,
      rounds: this.#rounds,
      isConverged: this.#isConverged,
      fundLossUsd: shortfall(last.equityUsd, new Float64Array(last.equityUsd.length)),
      firstShortfallUsd,
      finalShortfallUsd,
      shares: this.#shares(last.accountIds, Math.max(0, finalShortfallUsd - firstShortfallUsd)),
      unmarginedAccounts: last.equityUsd.reduce((count, equity) => count + (Number.isNaN(equity) ? 1 : 0), 0),
    };
  }

  /** Largest relative change of a price. */
  #movePrices(): number {
    let largest = 0;
    this.#underlyings.forEach(({ spotShock, depth }, u) => {
      const pushed = impactFactor(this.#soldOf(u), depth, this.#coefficient);
      const factor = (1 + spotShock) * Math.min(Math.max(pushed, 1 / IMPACT_FACTOR_MAX), IMPACT_FACTOR_MAX);
      largest = Math.max(largest, Math.abs(factor / (this.#spotFactors[u] ?? NaN) - 1));
      this.#spotFactors[u] = factor;
    });
    return largest;
  }

  /** Net coins sold of one underlying. */
  #soldOf(underlying: number): number {
    const width = this.#underlyings.length;
    let sold = 0;
    for (let at = underlying; at < this.#sold.length; at += width) sold += this.#sold[at] ?? NaN;
    return sold;
  }

  #spotShocks(): number[] {
    return Array.from(this.#spotFactors, (factor) => factor - 1);
  }

  #round(): CascadeRound {
    const width = this.#underlyings.length;
    let notional = 0;
    for (let at = 0; at < this.#sold.length; at += 1) {
      const u = at % width;
      const priceUsd = (this.#underlyings[u]?.spotUsd ?? NaN) * (this.#spotFactors[u] ?? NaN);
      notional += Math.abs(this.#sold[at] ?? NaN) * priceUsd;
    }
    return {
      round: this.#rounds.length + 1,
      liquidatedAccounts: this.#executed.reduce((count, share) => count + (share > 0 ? 1 : 0), 0),
      liquidatedNotionalUsd: notional,
      spotShocks: this.#spotShocks(),
    };
  }

  #amplification(): number {
    let [largest, amplification] = [-1, 1];
    this.#underlyings.forEach(({ spotShock, depth }, u) => {
      const first = Math.log1p(spotShock);
      const pushed = Math.log(impactFactor(this.#soldOf(u), depth, this.#coefficient));
      if (Math.abs(spotShock) < SPOT_SHOCK_MIN || Math.abs(first + pushed) <= largest) return;
      largest = Math.abs(first + pushed);
      amplification = 1 + pushed / first;
    });
    return amplification;
  }

  /**
   * Who moved the price. The impact of one underlying is divided by Aumann and Shapley, which for a power of the quantity is in
   * proportion to it; who traded against the others' side has no part. Underlyings count by the dollars that their impact costs.
   */
  #shares(accountIds: readonly string[], addedShortfallUsd: number): CascadeShare[] {
    const width = this.#underlyings.length;
    const shares = new Float64Array(accountIds.length);
    let weights = 0;
    this.#underlyings.forEach(({ spotUsd, spotShock }, u) => {
      const net = this.#soldOf(u);
      const factor = this.#spotFactors[u] ?? NaN;
      const weight = Math.abs(net * spotUsd * factor * Math.log(factor / (1 + spotShock)));
      if (!(weight > 0)) return;
      const own = Float64Array.from(accountIds, (_, at) =>
        Math.max(0, Math.sign(net) * (this.#sold[at * width + u] ?? NaN)),
      );
      const total = own.reduce((sum, coins) => sum + coins, 0);
      own.forEach((coins, at) => (shares[at] = (shares[at] ?? NaN) + (weight * coins) / total));
      weights += weight;
    });
    return accountIds
      .flatMap((accountId, at) => {
        const share = weights > 0 ? (shares[at] ?? NaN) / weights : 0;
        return share > 0 ? [{ accountId, share, systemicAddOnUsd: share * addedShortfallUsd }] : [];
      })
      .sort((a, b) => b.share - a.share || (a.accountId < b.accountId ? -1 : 1));
  }
}

/** Raises the planned share of every account that is below its maintenance margin; the largest rise. */
function plan(planned: Float64Array, equity: Float64Array, maintenance: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < planned.length; i += 1) {
    const [e, m, before] = [equity[i] ?? NaN, maintenance[i] ?? NaN, planned[i] ?? NaN];
    if (!(e < m)) continue;
    const wanted = e > 0 ? 1 - e / (LIQUIDATION_TARGET * m) : 1;
    const rise = wanted - before;
    if (rise <= 0) continue;
    planned[i] = wanted;
    largest = Math.max(largest, rise);
  }
  return largest;
}

/** Executes at most a share of every book, at its present delta; the largest share executed. */
function execute(
  executed: Float64Array,
  planned: Float64Array,
  sold: Float64Array,
  deltaCoins: Float64Array,
  shareMax: number,
): number {
  const width = executed.length === 0 ? 0 : sold.length / executed.length;
  let largest = 0;
  for (let i = 0; i < executed.length; i += 1) {
    const [wanted, before] = [planned[i] ?? NaN, executed[i] ?? NaN];
    if (wanted <= 0) continue;
    const share = Math.min(wanted - before, shareMax);
    executed[i] = before + share;
    largest = Math.max(largest, share);
    // What has been planned is sold at the delta that the book has at these prices.
    for (let at = i * width; at < (i + 1) * width; at += 1)
      sold[at] = (before + share) * (deltaCoins[at] ?? NaN);
  }
  return largest;
}

function shortfall(equity: Float64Array, required: Float64Array): number {
  return equity.reduce(
    (sum, own, i) => sum + (own < (required[i] ?? NaN) ? (required[i] ?? NaN) - own : 0),
    0,
  );
}

const MOVE_RANGE = `a relative move above -1 and up to ${String(SHOCK_MAX)}`;

function refusedTerms({
  underlyings,
  impactCoefficient = IMPACT_FACTOR,
  roundsMax = CASCADE_ROUNDS_DEFAULT,
  sliceShare = 1,
}: CascadeTerms): ReturnType<typeof failure> | undefined {
  const invalid = (field: string, wanted: string, received: unknown): ReturnType<typeof failure> =>
    failure('INVALID_VALUE', field, expected(wanted, field, received));
  if (!underlyings.some(({ spotShock }) => !(Math.abs(spotShock) < SPOT_SHOCK_MIN)))
    return invalid('shocks', 'at least one move of a spot price by a millionth', underlyings.length);
  for (const [at, { spotShock, volShock, spotUsd, depth }] of underlyings.entries()) {
    const field = `shocks[${String(at)}]`;
    if (!(spotShock > -1 && spotShock <= SHOCK_MAX))
      return invalid(`${field}.spotShock`, MOVE_RANGE, spotShock);
    if (!(volShock > -1 && volShock <= SHOCK_MAX)) return invalid(`${field}.volShock`, MOVE_RANGE, volShock);
    if (!(spotUsd > 0 && spotUsd < Infinity)) return invalid(`${field}.spotUsd`, 'a price above 0', spotUsd);
    const checked = checkDepth(depth, `${field}.depth`);
    if (!checked.ok) return checked;
  }
  if (!(impactCoefficient >= 0 && impactCoefficient < Infinity))
    return invalid('impactCoefficient', 'a finite number of at least 0', impactCoefficient);
  if (!(Number.isInteger(roundsMax) && roundsMax >= 1))
    return invalid('roundsMax', 'a whole number of at least 1', roundsMax);
  if (!(sliceShare > 0 && sliceShare <= 1)) return invalid('sliceShare', 'a share in (0, 1]', sliceShare);
  return undefined;
}

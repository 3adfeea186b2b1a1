/**
 * Who owns what, in integers. Quantities are in 10^-6 contracts, prices in 10^-6 dollars, money in 10^-12 dollars, so that a quantity
 * times a price is money without rounding. Contracts are of one coin and settle in dollars; what one party gains another loses.
 */
export const QUANTITY_UNITS = 1e6;
export const PRICE_UNITS = 1e6;
const MONEY_PER_PRICE = 10 ** 6;

export function priceUnits(price: number): bigint {
  return BigInt(Math.round(price * PRICE_UNITS));
}

export function quantityUnits(quantity: number): bigint {
  return BigInt(Math.round(quantity * QUANTITY_UNITS));
}

/** Rounded up: what is owed is owed whole. */
export function moneyUnits(usd: number): bigint {
  return BigInt(Math.ceil(usd * PRICE_UNITS)) * BigInt(MONEY_PER_PRICE);
}

export function usdOf(units: bigint): number {
  return Number(units / BigInt(MONEY_PER_PRICE)) / PRICE_UNITS;
}

export interface HeldPosition {
  /** Signed. */
  readonly units: bigint;
  /** What the position cost, money: units x entry price. */
  readonly cost: bigint;
}

/** Pools beside the parties; `outside` is what parties brought in, negative. */
export const POOLS = ['outside', 'firstLoss', 'fund', 'secondLoss', 'uncovered'] as const;
export type Pool = (typeof POOLS)[number];

/** Parties are rows 0 to n - 1, instruments rows of the market. */
export class VenueLedger {
  readonly #cash: bigint[];
  readonly #positions: Map<number, HeldPosition>[];
  readonly pools: Record<Pool, bigint> = {
    outside: 0n,
    firstLoss: 0n,
    fund: 0n,
    secondLoss: 0n,
    uncovered: 0n,
  };

  constructor(readonly parties: number) {
    this.#cash = Array.from({ length: parties }, () => 0n);
    this.#positions = Array.from({ length: parties }, () => new Map<number, HeldPosition>());
  }

  positionsOf(party: number): ReadonlyMap<number, HeldPosition> {
    return this.#positions[party] ?? new Map<number, HeldPosition>();
  }

  unitsOf(party: number, instrument: number): bigint {
    return this.#positions[party]?.get(instrument)?.units ?? 0n;
  }

  cashOf(party: number): bigint {
    return this.#cash[party] ?? 0n;
  }

  /** Moves money from a pool to a party; negative the other way. */
  pay(pool: Pool, party: number, money: bigint): void {
    this.pools[pool] -= money;
    this.#cash[party] = this.cashOf(party) + money;
  }

  /** Moves money from one party to another. */
  transfer(from: number, to: number, money: bigint): void {
    this.#cash[from] = this.cashOf(from) - money;
    this.#cash[to] = this.cashOf(to) + money;
  }

  /** `buyer` takes `units` of an instrument from `seller` at a price; units may be negative. */
  trade(buyer: number, seller: number, instrument: number, units: bigint, price: bigint): void {
    this.#take(buyer, instrument, units, price);
    this.#take(seller, instrument, -units, price);
  }

  /** Cash and all positions at marks, price units by instrument. */
  equity(party: number, marks: readonly bigint[]): bigint {
    let equity = this.cashOf(party);
    for (const [instrument, { units }] of this.positionsOf(party))
      equity += units * (marks[instrument] ?? 0n);
    return equity;
  }

  /** Gain of a position at a mark. */
  profit(party: number, instrument: number, mark: bigint): bigint {
    const held = this.positionsOf(party).get(instrument);
    return held === undefined ? 0n : held.units * mark - held.cost;
  }

  /** Everything that everybody has, the pools among them: 0, whatever happened. */
  total(marks: readonly bigint[]): bigint {
    let total = 0n;
    for (let party = 0; party < this.parties; party += 1) total += this.equity(party, marks);
    for (const pool of POOLS) total += this.pools[pool];
    return total;
  }

  #take(party: number, instrument: number, units: bigint, price: bigint): void {
    this.#cash[party] = this.cashOf(party) - units * price;
    const held = this.#positions[party]?.get(instrument) ?? { units: 0n, cost: 0n };
    const after = held.units + units;
    if (after === 0n) {
      this.#positions[party]?.delete(instrument);
      return;
    }
    const isLarger = held.units === 0n || held.units > 0n === units > 0n;
    const isTurned = held.units > 0n !== after > 0n;
    // A part that is closed takes its part of the cost along; what turns around starts anew at the price.
    const cost = isLarger
      ? held.cost + units * price
      : isTurned
        ? after * price
        : (held.cost * after) / held.units;
    this.#positions[party]?.set(instrument, { units: after, cost });
  }
}

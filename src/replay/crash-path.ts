import { createHash } from 'node:crypto';
import { marketOfDay } from '../backtest/book-day.js';
import type { ChainOption } from '../backtest/chain-history.js';
import { linearOptionQuote } from '../backtest/option-books.js';
import { expected, failure, success, type Outcome } from '../domain/outcome.js';
import { KIND } from '../domain/codes.js';
import { allocateMarketColumns, countsOf } from '../market/snapshot/market-columns.js';
import type { ExpiryQuote } from '../market/snapshot/market-snapshot.js';
import type { Market, MarketColumns } from '../market/snapshot/market.js';
import { resolveMarket } from '../market/snapshot/resolve-market.js';
import { fillNormals, randomStream } from '../measures/random.js';

/** An option as it was quoted. Dollars per coin; absent where nobody quoted that side. */
export interface QuotedOption extends ChainOption {
  readonly bid?: number;
  readonly ask?: number;
}

/** Prices that were recorded at one moment. */
export interface PathAnchor {
  readonly timeMs: number;
  /** US dollars by underlying. */
  readonly spotUsd: ReadonlyMap<string, number>;
  /** By name of the linear contract (`backtest/option-books`). */
  readonly options: ReadonlyMap<string, QuotedOption>;
}

export interface PathTerms {
  /** At least two, in time. */
  readonly anchors: readonly PathAnchor[];
  /** Volatility of a day between anchors; 0 joins them by straight lines of ln price. */
  readonly bridgeDailyVolatility: number;
  readonly seed: number;
}

const MINUTE_MS = 60_000;
const MINUTES_PER_DAY = 1_440;
/** Correlation of the bridges of two underlyings: they fall together. */
const BRIDGE_CORRELATION = 0.9;
/** Half-spread of a perpetual, share of its price: that of the model house for the deepest books. */
const PERPETUAL_HALF_SPREAD = 0.0005;

/**
 * Minute by minute through recorded prices: spot by Brownian bridges in ln price from one seed, forwards in proportion to spot,
 * volatilities and spreads by straight lines in time. Of options those that are quoted at every anchor and expire after the last.
 */
export class CrashPath {
  readonly minutes: number;
  readonly startMs: number;
  /** Of everything that prices follow from: paths that begin alike are not taken for one another by whoever keeps what a market is worth. */
  readonly #hash: string;

  private constructor(
    private readonly terms: PathTerms,
    /** The first minute. */
    readonly base: Market,
    /** `[underlying][minute]`, US dollars. */
    private readonly spot: readonly Float64Array[],
    private readonly optionsAt: readonly (readonly (QuotedOption | undefined)[])[],
  ) {
    this.startMs = terms.anchors[0]?.timeMs ?? NaN;
    this.minutes = (spot[0]?.length ?? 1) - 1;
    this.#hash = hashOf(base, spot, terms.anchors, optionsAt);
  }

  /** @param isWanted instruments that are kept; perpetuals always are */
  static of(terms: PathTerms, isWanted: (instrument: string) => boolean = () => true): Outcome<CrashPath> {
    const refused = refusedTerms(terms);
    if (refused !== undefined) return refused;
    const { anchors } = terms;
    const [first] = anchors;
    if (first === undefined) throw new RangeError('no anchor');
    const endMs = anchors.at(-1)?.timeMs ?? NaN;
    const kept = [...first.options].filter(
      ([name, { expiryMs }]) =>
        isWanted(name) && expiryMs > endMs && anchors.every(({ options }) => options.has(name)),
    );
    const snapshot = marketOfDay(first.timeMs, [...first.spotUsd]);
    const expiries = new Map<string, ExpiryQuote>();
    for (const [, { underlying, expiryMs, forward }] of kept)
      expiries.set(`${underlying} ${String(expiryMs)}`, {
        underlying,
        expiryMs,
        forward,
        forwardConfidence: 1,
        rate: 0,
        rateConfidence: 1,
        volatilityConfidence: 1,
      });
    const resolved = resolveMarket({
      ...snapshot,
      expiries: [...expiries.values()],
      instruments: [...snapshot.instruments, ...kept.map(([, option]) => linearOptionQuote(option))],
    });
    if (!resolved.ok) return resolved;
    const base = resolved.value;
    const spot = base.table.underlyings.map((underlying, at) => bridged(terms, underlying, at));
    const optionsAt = anchors.map(({ options }) =>
      base.table.instruments.map(({ name }) => options.get(name)),
    );
    return success(new CrashPath(terms, base, spot, optionsAt));
  }

  get underlyings(): readonly string[] {
    return this.base.table.underlyings;
  }

  /** Minutes at which prices were recorded. */
  get anchorMinutes(): readonly number[] {
    return this.terms.anchors.map(({ timeMs }) => Math.round((timeMs - this.startMs) / MINUTE_MS));
  }

  timeMs(minute: number): number {
    return this.startMs + minute * MINUTE_MS;
  }

  /** Recorded, without anybody's impact. */
  spotUsd(underlying: number, minute: number): number {
    return this.spot[underlying]?.[minute] ?? NaN;
  }

  /** The market of a minute; marks of options are the caller's to set. `impact` multiplies prices, one entry per underlying. */
  marketAt(minute: number, impact: Float64Array): Market {
    const { base } = this;
    const columns = allocateMarketColumns(countsOf(base.columns));
    for (const name of Object.keys(columns) as (keyof MarketColumns)[]) columns[name].set(base.columns[name]);
    const timeMs = this.timeMs(minute);
    const { anchors } = this.terms;
    let after = anchors.findIndex((anchor) => anchor.timeMs > timeMs);
    if (after < 0) after = anchors.length - 1;
    const [from, to] = [anchors[after - 1], anchors[after]];
    if (from === undefined || to === undefined)
      throw new RangeError(`no anchors around minute ${String(minute)}`);
    const weight = Math.min(1, (timeMs - from.timeMs) / (to.timeMs - from.timeMs));
    base.table.underlyings.forEach((underlying, u) => {
      const price = this.spotUsd(u, minute) * (impact[u] ?? NaN);
      columns.indexPrice[u] = price;
      columns.assetPriceUsd[base.table.assetIndex.get(underlying) ?? 0] = price;
    });
    const [before, later] = [this.optionsAt[after - 1], this.optionsAt[after]];
    base.table.instruments.forEach((_, row) => {
      const u = columns.underlying[row] ?? 0;
      const price = columns.indexPrice[u] ?? NaN;
      if (columns.kind[row] !== KIND.OPTION) {
        columns.markPrice[row] = price;
        columns.bidPrice[row] = price * (1 - PERPETUAL_HALF_SPREAD);
        columns.askPrice[row] = price * (1 + PERPETUAL_HALF_SPREAD);
        return;
      }
      const [a, b] = [before?.[row], later?.[row]];
      if (a === undefined || b === undefined) return;
      const name = base.table.underlyings[u] ?? '';
      const basis = mixed(a.forward / spotAt(from, name), b.forward / spotAt(to, name), weight);
      columns.forward[columns.expiry[row] ?? 0] = price * basis;
      columns.volatility[row] = mixed(a.volatility, b.volatility, weight);
      // Spreads only: the caller adds them to its marks.
      columns.bidPrice[row] = mixed(a.mark - (a.bid ?? NaN), b.mark - (b.bid ?? NaN), weight);
      columns.askPrice[row] = mixed((a.ask ?? NaN) - a.mark, (b.ask ?? NaN) - b.mark, weight);
    });
    return { ...base, timeMs, columns, hash: `${this.#hash} ${String(minute)} ${impact.join(',')}` };
  }
}

/** Puts marks into the columns of a market that `marketAt` made, and quotes around them. `marks` by instrument, dollars. */
export function setMarks({ columns }: Market, marks: Float64Array): void {
  for (let row = 0; row < marks.length; row += 1) {
    const mark = marks[row] ?? NaN;
    columns.markPrice[row] = mark;
    if (columns.kind[row] !== KIND.OPTION) continue;
    // A quote that crosses the mark is at the mark; one that is not there stays so.
    columns.bidPrice[row] = Math.max(0, mark - Math.max(0, columns.bidPrice[row] ?? NaN));
    columns.askPrice[row] = mark + Math.max(0, columns.askPrice[row] ?? NaN);
  }
}

function hashOf(
  base: Market,
  spot: readonly Float64Array[],
  anchors: readonly PathAnchor[],
  optionsAt: readonly (readonly (QuotedOption | undefined)[])[],
): string {
  const hash = createHash('sha256').update(base.hash);
  for (const prices of spot) hash.update(prices);
  for (const [at, { timeMs, spotUsd }] of anchors.entries())
    hash.update(JSON.stringify([timeMs, [...spotUsd], optionsAt[at]]));
  return hash.digest('hex');
}

function mixed(a: number, b: number, weight: number): number {
  return (1 - weight) * a + weight * b;
}

function spotAt({ spotUsd }: PathAnchor, underlying: string): number {
  return spotUsd.get(underlying) ?? NaN;
}

/** Every minute from the first anchor to the last; the anchors' own prices are met. */
function bridged(
  { anchors, bridgeDailyVolatility, seed }: PathTerms,
  underlying: string,
  at: number,
): Float64Array {
  const startMs = anchors[0]?.timeMs ?? NaN;
  const minuteOf = ({ timeMs }: PathAnchor): number => Math.round((timeMs - startMs) / MINUTE_MS);
  const last = anchors.at(-1);
  const spot = new Float64Array((last === undefined ? 0 : minuteOf(last)) + 1);
  for (let segment = 1; segment < anchors.length; segment += 1) {
    const [from, to] = [anchors[segment - 1], anchors[segment]];
    if (from === undefined || to === undefined) continue;
    const [first, steps] = [minuteOf(from), minuteOf(to) - minuteOf(from)];
    const walk = jointWalk(steps, at, seed, segment);
    const [low, high] = [Math.log(spotAt(from, underlying)), Math.log(spotAt(to, underlying))];
    for (let step = 0; step <= steps; step += 1) {
      const share = step / steps;
      const noise = (walk[step] ?? NaN) - share * (walk[steps] ?? NaN);
      const scale = bridgeDailyVolatility / Math.sqrt(MINUTES_PER_DAY);
      spot[first + step] = Math.exp(mixed(low, high, share) + scale * noise);
    }
  }
  return spot;
}

/** A random walk that is correlated with those of the other underlyings. */
function jointWalk(steps: number, underlying: number, seed: number, segment: number): Float64Array {
  const common = new Float64Array(steps);
  const own = new Float64Array(steps);
  fillNormals(randomStream(seed, segment, 0), common);
  fillNormals(randomStream(seed, segment, underlying + 1), own);
  const walk = new Float64Array(steps + 1);
  const [shared, alone] = [Math.sqrt(BRIDGE_CORRELATION), Math.sqrt(1 - BRIDGE_CORRELATION)];
  for (let step = 0; step < steps; step += 1)
    walk[step + 1] = (walk[step] ?? NaN) + shared * (common[step] ?? NaN) + alone * (own[step] ?? NaN);
  return walk;
}

function refusedTerms({ anchors, bridgeDailyVolatility }: PathTerms): ReturnType<typeof failure> | undefined {
  if (anchors.length < 2)
    return failure(
      'MISSING_MARKET_DATA',
      'market',
      expected('at least two recorded moments', 'market', anchors.length),
    );
  const names = [...(anchors[0]?.spotUsd.keys() ?? [])];
  if (names.length === 0)
    return failure('MISSING_MARKET_DATA', 'market', 'Expected an underlying with prices');
  for (const [at, { timeMs, spotUsd }] of anchors.entries()) {
    const field = `market[${String(at)}]`;
    if (at > 0 && !(timeMs - (anchors[at - 1]?.timeMs ?? NaN) >= MINUTE_MS))
      return failure(
        'INVALID_VALUE',
        `${field}.time`,
        'Expected every moment at least a minute after the one before',
      );
    const missing = names.find((name) => !((spotUsd.get(name) ?? NaN) > 0));
    if (missing !== undefined)
      return failure(
        'INVALID_VALUE',
        `${field}.${missing}`,
        expected('a price > 0', missing, spotUsd.get(missing)),
      );
  }
  if (!(bridgeDailyVolatility >= 0 && bridgeDailyVolatility <= 1)) {
    const field = 'bridgeDailyVolatility';
    return failure('INVALID_VALUE', field, expected('a share in [0, 1]', field, bridgeDailyVolatility));
  }
  return undefined;
}

import { KIND, NONE } from '../../domain/codes.js';
import { amountToNumber } from '../../domain/money.js';
import { marketIndex } from '../../engine/market-index.js';
import {
  BALANCES_PER_PORTFOLIO_MAX,
  INSTRUMENTS_PER_MARKET_MAX,
  POSITIONS_PER_PORTFOLIO_MAX,
  PRICE_MAX,
  QUANTITY_MAX,
} from '../../limits.js';
import type { BookColumns } from '../book-columns.js';
import { decimalAmount } from '../decimal-amount.js';
import { assetPrice, dollarsPerUnit, type TailMarket } from './tail-cubes.js';
import { TailBooks } from './tail-books.js';
import type { ThreadMemory } from './thread-memory.js';

/**
 * Lays out the books of accounts `first` to `first + count` for the kernels and values them as the model does, in the engine's
 * order of positions. Whatever is out of the ordinary (a name that is not in the market, a number out of range, an instrument
 * twice) is marked odd: the ordinary engine says what is wrong with it.
 */
export function arrangeBooks(
  tail: TailMarket,
  columns: BookColumns,
  first: number,
  count: number,
  memory: ThreadMemory,
): TailBooks {
  const rowFrom = columns.rowOffsets[first] ?? 0;
  const rowTo = columns.rowOffsets[first + count] ?? 0;
  const balanceFrom = columns.balanceOffsets[first] ?? 0;
  const balanceTo = columns.balanceOffsets[first + count] ?? 0;
  const { table } = tail.market;
  const books = new TailBooks(
    memory,
    count,
    rowTo - rowFrom,
    balanceTo - balanceFrom,
    table.underlyings.length,
  );
  const facts = instrumentFacts(tail);
  const coins = new CoinLedger(table.underlyings.length);
  const keys = memory.integers('keys', Math.min(rowTo - rowFrom, POSITIONS_PER_PORTFOLIO_MAX));
  for (let book = 0; book < count; book += 1) {
    const marks = { ...bookMarks(books) };
    coins.clear();
    const isUsual =
      addBalances(tail, columns, first + book, books, book, coins) &&
      addPositions(facts, columns, first + book, books, book, keys, coins);
    if (!isUsual) {
      Object.assign(books, marks);
      books.isOdd[book] = 1;
      books.cash[book] = 0;
      books.markToMarket[book] = 0;
    } else {
      addSections(tail, facts, books, marks, coins);
    }
    books.books.sectionOffsets[book + 1] = books.sections;
    books.preselected.rowOffsets[book + 1] = books.entries;
    books.positionOffsets[book + 1] = books.positions;
  }
  return books;
}

type Marks = Pick<TailBooks, 'sections' | 'groups' | 'positions' | 'entries'>;

function bookMarks({ sections, groups, positions, entries }: TailBooks): Marks {
  return { sections, groups, positions, entries };
}

/** What every position of an instrument shares, one entry per instrument. */
interface InstrumentFacts {
  readonly rank: Uint32Array;
  readonly group: Uint32Array;
  readonly underlying: Uint32Array;
  /** 1 where the engine takes a position in it and the law draws its underlying. */
  readonly isUsual: Uint8Array;
  readonly isOption: Uint8Array;
  readonly isInverse: Uint8Array;
  readonly contractSize: Float64Array;
  readonly markPrice: Float64Array;
  /** What one option is worth to equity: its quoted mark, else the model's value; settlement currency. */
  readonly equityValue: Float64Array;
  /** The model's value of one option; 0 for a future. */
  readonly unitValue: Float64Array;
  /** Dollars per unit of the settlement currency, as an asset. */
  readonly settlementPrice: Float64Array;
  /** Dollars per unit of the settlement currency, spot for an inverse contract. */
  readonly price: Float64Array;
  /** The underlying whose coins the contract settles in; `NONE` for dollars. */
  readonly coinOf: Int32Array;
}

const factsOfTail = new WeakMap<TailMarket, InstrumentFacts>();

/** Once per market and thread. */
export function instrumentFacts(tail: TailMarket): InstrumentFacts {
  const known = factsOfTail.get(tail);
  if (known !== undefined) return known;
  const { market, unitValue, usable } = tail;
  const { table, columns } = market;
  const { rank, group } = marketIndex(market);
  const doubles = (of: (instrument: number) => number): Float64Array =>
    Float64Array.from(table.instruments, (_, instrument) => of(instrument));
  const isOption = Uint8Array.from(columns.kind, (kind) => (kind === KIND.OPTION ? 1 : 0));
  const settlementPrice = doubles((i) => assetPrice(market, table.instruments[i]?.settlementCurrency ?? ''));
  const facts: InstrumentFacts = {
    rank,
    group,
    underlying: Uint32Array.from(columns.underlying),
    isUsual: Uint8Array.from(table.instruments, ({ kind }, i) =>
      usable[i] === 1 &&
      kind !== 'SPOT' &&
      (settlementPrice[i] ?? NaN) > 0 &&
      tail.isDrawn[columns.underlying[i] ?? NONE] === 1
        ? 1
        : 0,
    ),
    isOption,
    isInverse: Uint8Array.from(columns.isInverse),
    contractSize: Float64Array.from(columns.contractSize),
    markPrice: Float64Array.from(columns.markPrice),
    equityValue: doubles((i) => {
      if (isOption[i] !== 1) return 0;
      const quoted = (columns.markPrice[i] ?? NaN) * (columns.contractSize[i] ?? NaN);
      return Number.isFinite(quoted) ? quoted : (unitValue[i] ?? NaN);
    }),
    unitValue: doubles((i) => (isOption[i] === 1 ? (unitValue[i] ?? NaN) : 0)),
    settlementPrice,
    price: doubles((i) => dollarsPerUnit(market, i)),
    coinOf: Int32Array.from(
      table.instruments,
      ({ settlementCurrency }) => table.underlyingIndex.get(settlementCurrency) ?? NONE,
    ),
  };
  factsOfTail.set(tail, facts);
  return facts;
}

/** Coins of each underlying that a book holds, in the order of their first mention. */
class CoinLedger {
  readonly held: Float64Array;
  readonly order: Int32Array;
  readonly #isKnown: Uint8Array;
  count = 0;

  constructor(underlyings: number) {
    this.held = new Float64Array(underlyings);
    this.order = new Int32Array(underlyings);
    this.#isKnown = new Uint8Array(underlyings);
  }

  add(underlying: number, coins: number): void {
    if (this.#isKnown[underlying] !== 1) {
      this.#isKnown[underlying] = 1;
      this.order[this.count] = underlying;
      this.count += 1;
      this.held[underlying] = 0;
    }
    this.held[underlying] = (this.held[underlying] ?? 0) + coins;
  }

  clear(): void {
    for (let at = 0; at < this.count; at += 1) {
      const underlying = this.order[at] ?? 0;
      this.#isKnown[underlying] = 0;
      this.held[underlying] = 0;
    }
    this.count = 0;
  }
}

/** Balances at the prices of their assets; false where one is odd. */
function addBalances(
  { market }: TailMarket,
  columns: BookColumns,
  account: number,
  books: TailBooks,
  book: number,
  coins: CoinLedger,
): boolean {
  const from = columns.balanceOffsets[account] ?? 0;
  const to = columns.balanceOffsets[account + 1] ?? 0;
  if (to - from > BALANCES_PER_PORTFOLIO_MAX) return false;
  let cash = 0;
  for (let at = from; at < to; at += 1) {
    const asset = columns.balanceAsset[at] ?? 0;
    for (let before = from; before < at; before += 1)
      if (columns.balanceAsset[before] === asset) return false;
    const name = columns.assets[asset] ?? '';
    const stated = columns.balanceAmount[at] ?? NaN;
    if (!(Math.abs(stated) <= PRICE_MAX) || name === '') return false;
    const amount = Number.isSafeInteger(stated) ? stated : amountToNumber(decimalAmount(name, stated));
    const underlying = market.table.underlyingIndex.get(name);
    if (underlying !== undefined) coins.add(underlying, amount);
    if (amount === 0) continue;
    const price = assetPrice(market, name);
    if (!(price > 0)) return false;
    cash += amount * price;
  }
  books.cash[book] = cash;
  return true;
}

/** Positions in the engine's order, and their value; false where one is odd. `keys` is scratch memory. */
function addPositions(
  facts: InstrumentFacts,
  columns: BookColumns,
  account: number,
  books: TailBooks,
  book: number,
  keys: Uint32Array,
  coins: CoinLedger,
): boolean {
  const from = columns.rowOffsets[account] ?? 0;
  const count = (columns.rowOffsets[account + 1] ?? 0) - from;
  if (count > POSITIONS_PER_PORTFOLIO_MAX) return false;
  if (!sortRows(facts, columns, from, count, keys)) return false;
  const { instrument, quantity } = books.books;
  let markToMarket = 0;
  let rankBefore = NONE;
  for (let at = 0; at < count; at += 1) {
    const key = keys[at] ?? 0;
    const rank = key >>> ROW_BITS;
    // One instrument twice.
    if (rank === rankBefore) return false;
    rankBefore = rank;
    const row = from + (key & ROW_MASK);
    const held = columns.instrument[row] ?? 0;
    const contracts = columns.quantity[row] ?? NaN;
    if (!(Math.abs(contracts) <= QUANTITY_MAX) || contracts === 0) return false;
    const earned = profitOf(facts, held, contracts, columns.averagePrice?.[row] ?? NaN);
    if (!Number.isFinite(earned)) return false;
    instrument[books.positions + at] = held;
    quantity[books.positions + at] = contracts;
    const worth = facts.isOption[held] === 1 ? contracts * (facts.equityValue[held] ?? NaN) : earned;
    markToMarket += worth * (facts.settlementPrice[held] ?? NaN);
    const coin = facts.coinOf[held] ?? NONE;
    if (coin >= 0) coins.add(coin, earned);
  }
  books.positions += count;
  books.markToMarket[book] = markToMarket;
  return Number.isFinite(markToMarket);
}

/** Bits of a key below the rank of its instrument: the place of its row in the book. */
const ROW_BITS = 14;
const ROW_MASK = (1 << ROW_BITS) - 1;
if (POSITIONS_PER_PORTFOLIO_MAX > ROW_MASK || INSTRUMENTS_PER_MARKET_MAX >= 2 ** (31 - ROW_BITS))
  throw new RangeError('a rank and a row do not fit into one key');

/** Books up to this size are sorted by insertion: files often come in the order of the chain. */
const INSERTION_MAX = 256;

/** The rows of a book as ascending keys of rank and row; false where an instrument is odd. */
function sortRows(
  facts: InstrumentFacts,
  columns: BookColumns,
  from: number,
  count: number,
  keys: Uint32Array,
): boolean {
  for (let row = 0; row < count; row += 1) {
    const held = columns.instrument[from + row] ?? NONE;
    if (held < 0 || facts.isUsual[held] !== 1) return false;
    const key = ((facts.rank[held] ?? 0) << ROW_BITS) | row;
    let at = row;
    if (count <= INSERTION_MAX)
      for (; at > 0 && (keys[at - 1] ?? 0) > key; at -= 1) keys[at] = keys[at - 1] ?? 0;
    keys[at] = key;
  }
  if (count > INSERTION_MAX) keys.subarray(0, count).sort();
  return true;
}

/** Unrealised P&L of a future from its entry price, settlement currency; 0 without one; NaN where it is none. */
function profitOf(facts: InstrumentFacts, instrument: number, quantity: number, entry: number): number {
  if (Number.isNaN(entry)) return 0;
  if (!(entry >= 0 && entry <= PRICE_MAX)) return NaN;
  if (facts.isOption[instrument] === 1) return 0;
  const size = quantity * (facts.contractSize[instrument] ?? NaN);
  const mark = facts.markPrice[instrument] ?? NaN;
  if (facts.isInverse[instrument] !== 1) return size * (mark - entry);
  return entry > 0 ? size * (1 / entry - 1 / mark) : NaN;
}

/** Groups per underlying, then what coins move with it; then the coins of underlyings without positions. */
function addSections(
  tail: TailMarket,
  facts: InstrumentFacts,
  books: TailBooks,
  begin: Marks,
  coins: CoinLedger,
): void {
  const { instrument, quantity, positionOffsets, groupOffsets, isInverse, price, value } = books.books;
  let at = begin.positions;
  while (at < books.positions) {
    const underlying = facts.underlying[instrument[at] ?? 0] ?? 0;
    while (at < books.positions && facts.underlying[instrument[at] ?? 0] === underlying) {
      const lead = instrument[at] ?? 0;
      const group = facts.group[lead];
      let worth = 0;
      for (; at < books.positions && facts.group[instrument[at] ?? 0] === group; at += 1) {
        const held = instrument[at] ?? 0;
        worth += (quantity[at] ?? NaN) * (facts.unitValue[held] ?? NaN);
        addEntry(books, held, quantity[at] ?? NaN);
      }
      isInverse[books.groups] = facts.isInverse[lead] ?? 0;
      price[books.groups] = facts.price[lead] ?? NaN;
      value[books.groups] = worth;
      books.groups += 1;
      positionOffsets[books.groups] = at;
    }
    closeSection(tail, books, underlying, coins.held[underlying] ?? 0);
    groupOffsets[books.sections] = books.groups;
    // Counted once.
    coins.held[underlying] = 0;
  }
  for (let k = 0; k < coins.count; k += 1) {
    const underlying = coins.order[k] ?? 0;
    const held = coins.held[underlying] ?? 0;
    if (held === 0) continue;
    closeSection(tail, books, underlying, held);
    groupOffsets[books.sections] = books.groups;
  }
}

function closeSection(tail: TailMarket, books: TailBooks, underlying: number, coins: number): void {
  const { coinWorth, spotRow } = books.books;
  coinWorth[books.sections] = coins === 0 ? 0 : coins * (tail.market.columns.indexPrice[underlying] ?? NaN);
  spotRow[books.sections] = tail.spotRowOf(underlying);
  books.sections += 1;
  if (coins !== 0) addEntry(books, tail.rows.instrumentCount + underlying, coins);
}

function addEntry(books: TailBooks, row: number, quantity: number): void {
  books.preselected.instrument[books.entries] = row;
  books.preselected.quantity[books.entries] = quantity;
  books.entries += 1;
}

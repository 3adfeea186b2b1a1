import {
  arrangementWorkspaceLength,
  NO_COIN,
  sectionsMax,
  type AccountRows,
  type ArrangedBooks,
  type AssetFacts,
  type BookLimits,
  type InstrumentFacts,
  type UnderlyingFacts,
} from '../book-arrangement.js';
import { entry, requireCount, requireLength } from './checks.js';

export function arrangeBooks(
  instruments: InstrumentFacts,
  underlyings: UnderlyingFacts,
  assets: AssetFacts,
  accounts: AccountRows,
  limits: BookLimits,
  arranged: ArrangedBooks,
  workspace: Float64Array,
): void {
  checkRanks(instruments);
  checkExtents(instruments, underlyings, accounts, limits, arranged, workspace);
  const end = { sections: 0, groups: 0, positions: 0, entries: 0 };
  const { books } = arranged;
  for (const offsets of [books.sectionOffsets, books.groupOffsets, books.positionOffsets]) offsets[0] = 0;
  arranged.positionOffsets[0] = 0;
  arranged.entryOffsets[0] = 0;
  for (let book = 0; book < accounts.count; book += 1) {
    // Coins of each underlying, in the order of their first mention.
    const coins = new Map<number, number>();
    const cash = cashOf(assets, accounts, limits, book, coins);
    const rows = sortedRows(instruments, accounts, limits, book);
    const markToMarket = rows === undefined ? NaN : valueOf(instruments, accounts, limits, rows, coins);
    const isUsual = cash !== undefined && rows !== undefined && Number.isFinite(markToMarket);
    arranged.isOdd[book] = isUsual ? 0 : 1;
    arranged.cash[book] = isUsual ? cash : 0;
    arranged.markToMarket[book] = isUsual ? markToMarket : 0;
    if (isUsual) addSections(instruments, underlyings, accounts, rows, coins, arranged, end);
    books.sectionOffsets[book + 1] = end.sections;
    arranged.positionOffsets[book + 1] = end.positions;
    arranged.entryOffsets[book + 1] = end.entries;
  }
}

/** Balances at the prices of their assets; nothing where one is odd. */
function cashOf(
  assets: AssetFacts,
  accounts: AccountRows,
  limits: BookLimits,
  book: number,
  coins: Map<number, number>,
): number | undefined {
  const first = entry(accounts.balanceOffsets, 0);
  const from = entry(accounts.balanceOffsets, book) - first;
  const to = entry(accounts.balanceOffsets, book + 1) - first;
  if (to - from > limits.balances) return undefined;
  const owned = accounts.balanceAsset.subarray(from, to);
  if (new Set(owned).size < owned.length) return undefined;
  let cash = 0;
  for (let at = from; at < to; at += 1) {
    const asset = entry(accounts.balanceAsset, at);
    const amount = entry(accounts.balanceAmount, at);
    if (asset >= assets.count || !(Math.abs(amount) <= limits.price)) return undefined;
    addCoins(coins, entry(assets.coinOf, asset), amount);
    if (amount === 0) continue;
    const price = entry(assets.price, asset);
    if (!(price > 0)) return undefined;
    cash += amount * price;
  }
  return cash;
}

function addCoins(coins: Map<number, number>, underlying: number, amount: number): void {
  if (underlying !== NO_COIN) coins.set(underlying, (coins.get(underlying) ?? 0) + amount);
}

/** The rows of a book in the order of the ranks of their instruments; nothing where an instrument is odd or stands twice. */
function sortedRows(
  instruments: InstrumentFacts,
  accounts: AccountRows,
  limits: BookLimits,
  book: number,
): readonly number[] | undefined {
  const first = entry(accounts.rowOffsets, 0);
  const from = entry(accounts.rowOffsets, book) - first;
  const to = entry(accounts.rowOffsets, book + 1) - first;
  if (to - from > limits.positions) return undefined;
  const rows = Array.from({ length: to - from }, (_, at) => from + at);
  const held = rows.map((row) => entry(accounts.instrument, row));
  const isUsual = held.every((one) => one < instruments.count && entry(instruments.isUsual, one) !== 0);
  if (!isUsual || new Set(held).size < held.length) return undefined;
  const rankOf = (row: number): number => entry(instruments.rank, entry(accounts.instrument, row));
  return rows.sort((a, b) => rankOf(a) - rankOf(b));
}

/** What positions are worth to equity, dollars; NaN where one is odd. */
function valueOf(
  instruments: InstrumentFacts,
  accounts: AccountRows,
  limits: BookLimits,
  rows: readonly number[],
  coins: Map<number, number>,
): number {
  let markToMarket = 0;
  for (const row of rows) {
    const held = entry(accounts.instrument, row);
    const contracts = entry(accounts.quantity, row);
    if (!(Math.abs(contracts) <= limits.quantity) || contracts === 0) return NaN;
    const averagePrice = accounts.averagePrice === undefined ? NaN : entry(accounts.averagePrice, row);
    const earned = profitOf(instruments, limits, held, contracts, averagePrice);
    if (!Number.isFinite(earned)) return NaN;
    const isOption = entry(instruments.isOption, held) !== 0;
    const worth = isOption ? contracts * entry(instruments.equityValue, held) : earned;
    markToMarket += worth * entry(instruments.settlementPrice, held);
    addCoins(coins, entry(instruments.coinOf, held), earned);
  }
  return markToMarket;
}

/** Unrealised P&L of a future from its entry price, settlement currency; 0 without one; NaN where it is none. */
function profitOf(
  facts: InstrumentFacts,
  limits: BookLimits,
  instrument: number,
  quantity: number,
  entryPrice: number,
): number {
  if (Number.isNaN(entryPrice)) return 0;
  if (!(entryPrice >= 0 && entryPrice <= limits.price)) return NaN;
  if (entry(facts.isOption, instrument) !== 0) return 0;
  const size = quantity * entry(facts.contractSize, instrument);
  const mark = entry(facts.markPrice, instrument);
  if (entry(facts.isInverse, instrument) === 0) return size * (mark - entryPrice);
  return entryPrice > 0 ? size * (1 / entryPrice - 1 / mark) : NaN;
}

/** Groups per underlying, then what coins move with it; then the coins of underlyings without positions. */
function addSections(
  instruments: InstrumentFacts,
  underlyings: UnderlyingFacts,
  accounts: AccountRows,
  rows: readonly number[],
  coins: Map<number, number>,
  arranged: ArrangedBooks,
  end: { sections: number; groups: number; positions: number; entries: number },
): void {
  const { books, entryRow, entryQuantity } = arranged;
  const addEntry = (row: number, quantity: number): void => {
    entryRow[end.entries] = row;
    entryQuantity[end.entries] = quantity;
    end.entries += 1;
  };
  const closeSection = (underlying: number): void => {
    const held = coins.get(underlying) ?? 0;
    books.coinWorth[end.sections] = held === 0 ? 0 : held * entry(underlyings.indexPrice, underlying);
    books.spotRow[end.sections] = entry(underlyings.spotRow, underlying);
    end.sections += 1;
    books.groupOffsets[end.sections] = end.groups;
    if (held !== 0) addEntry(instruments.count + underlying, held);
    // Counted once.
    coins.set(underlying, 0);
  };
  rows.forEach((row, at) => {
    const held = entry(accounts.instrument, row);
    const before = at === 0 ? undefined : entry(accounts.instrument, rows[at - 1] ?? NaN);
    const isNext = (facts: Uint32Array): boolean =>
      before !== undefined && entry(facts, held) !== entry(facts, before);
    if (before !== undefined && isNext(instruments.underlying))
      closeSection(entry(instruments.underlying, before));
    if (before === undefined || isNext(instruments.group)) {
      books.isInverse[end.groups] = entry(instruments.isInverse, held);
      books.price[end.groups] = entry(instruments.price, held);
      books.value[end.groups] = 0;
      end.groups += 1;
    }
    const quantity = entry(accounts.quantity, row);
    books.instrument[end.positions] = held;
    books.quantity[end.positions] = quantity;
    end.positions += 1;
    books.positionOffsets[end.groups] = end.positions;
    const value = entry(books.value, end.groups - 1);
    books.value[end.groups - 1] = value + quantity * entry(instruments.unitValue, held);
    addEntry(held, quantity);
    if (at + 1 === rows.length) closeSection(entry(instruments.underlying, held));
  });
  for (const [underlying, held] of coins) if (held !== 0) closeSection(underlying);
}

/** A book has one section of an underlying at most, and room for no more, where the ranks of each are in a row. */
function checkRanks({ count, rank, underlying }: InstrumentFacts): void {
  const order = Array.from({ length: count }, (_, at) => at).sort((a, b) => entry(rank, a) - entry(rank, b));
  const inOrder = order.map((at) => entry(underlying, at));
  const underlyings = [...new Set(inOrder)];
  const among = underlyings.find((own, at) => {
    const next = underlyings[at + 1];
    return next !== undefined && inOrder.indexOf(next) < inOrder.lastIndexOf(own);
  });
  if (among === undefined) return;
  throw new RangeError(
    `Expected the ranks of an underlying in a row for instruments.rank but received others among those of underlying ${String(among)} of type Uint32Array`,
  );
}

function checkExtents(
  instruments: InstrumentFacts,
  underlyings: UnderlyingFacts,
  accounts: AccountRows,
  limits: BookLimits,
  { books, ...arranged }: ArrangedBooks,
  workspace: Float64Array,
): void {
  for (const { count } of [instruments, underlyings, accounts]) requireCount('count', count);
  const extent = (offsets: Uint32Array): number => entry(offsets, accounts.count) - entry(offsets, 0);
  const positions = extent(accounts.rowOffsets);
  const sections = sectionsMax(accounts.count, positions, extent(accounts.balanceOffsets), underlyings.count);
  const longest = Math.max(
    0,
    ...Array.from({ length: accounts.count }, (_, book) => {
      const rows = entry(accounts.rowOffsets, book + 1) - entry(accounts.rowOffsets, book);
      return rows <= limits.positions ? rows : 0;
    }),
  );
  requireLength('books.sectionOffsets', books.sectionOffsets, accounts.count + 1);
  requireLength('books.groupOffsets', books.groupOffsets, sections + 1);
  requireLength('books.coinWorth', books.coinWorth, sections);
  requireLength('books.spotRow', books.spotRow, sections);
  requireLength('books.positionOffsets', books.positionOffsets, positions + 1);
  for (const name of ['isInverse', 'price', 'value', 'instrument', 'quantity'] as const)
    requireLength(`books.${name}`, books[name], positions);
  for (const name of ['entryRow', 'entryQuantity'] as const)
    requireLength(`books.${name}`, arranged[name], positions + sections);
  for (const name of ['cash', 'markToMarket', 'isOdd'] as const)
    requireLength(`books.${name}`, arranged[name], accounts.count);
  requireLength('workspace', workspace, arrangementWorkspaceLength(longest, underlyings.count));
}

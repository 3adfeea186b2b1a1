import type { NettingBooks, NettingResults, NettingTerms } from '../layout.js';
import { checkPositions, entry, requireLength } from './checks.js';

export function netExpiries(terms: NettingTerms, books: NettingBooks, results: NettingResults): void {
  checkPositions(books.rows, terms.instrumentCount);
  requireLength('books.firstRow', books.firstRow, books.accountCount + 1);
  requireLength('books.vectors', books.vectors, books.rows.rowCount * terms.stride);
  for (const name of ['worst', 'value', 'confidenceCharge', 'isComplete'] as const)
    requireLength(`results.${name}`, results[name], books.accountCount);
  for (let account = 0; account < books.accountCount; account += 1)
    results.isComplete[account] = netOne(terms, books, account, results) ? 1 : 0;
}

function netOne(terms: NettingTerms, books: NettingBooks, account: number, results: NettingResults): boolean {
  const { count, stride } = terms;
  const pnl = startVector(terms, books, account);
  const firstOfAll = entry(books.firstRow, 0);
  const end = entry(books.firstRow, account + 1) - firstOfAll;
  let isKnown = entry(books.confidence, account) >= 0;
  let basis = 0;
  for (let row = entry(books.firstRow, account) - firstOfAll; row < end && isKnown; row += 1) {
    const expiry = entry(books.rowExpiry, row);
    let value = 0;
    let certainty = entry(terms.expiryConfidence, expiry);
    for (let k = entry(books.rows.rowOffsets, row); k < entry(books.rows.rowOffsets, row + 1); k += 1) {
      const instrument = entry(books.rows.instrument, k);
      value += entry(books.rows.quantity, k) * entry(terms.unitValue, instrument);
      if (entry(terms.usable, instrument) !== 1) isKnown = false;
      certainty = Math.min(certainty, entry(terms.volatilityConfidence, instrument));
    }
    if (!(certainty >= 0)) isKnown = false;
    const vector = books.vectors.subarray(row * stride, (row + 1) * stride);
    for (let s = 0; s < count; s += 1) {
      const shocked = value + entry(vector, s);
      const discount = entry(shocked >= 0 ? terms.longDiscount : terms.shortDiscount, expiry);
      const change = entry(terms.dampening, s) * (shocked * discount - value);
      pnl[s] = entry(pnl, s) + (entry(terms.skewed, s) === 1 ? -Math.abs(change) : change);
    }
    basis += Math.min(entry(vector, count), entry(vector, count + 1), 0) * entry(terms.basisFactor, expiry);
    results.value[account] = entry(results.value, account) + value;
    const confidence = Math.min(entry(books.confidence, account), certainty);
    const notional = entry(books.rowGross, row) * entry(books.spot, account);
    if (confidence < terms.confidenceThreshold)
      results.confidenceCharge[account] =
        entry(results.confidenceCharge, account) + (1 - confidence) * terms.confidenceRate * notional;
  }
  results.worst[account] = Math.min(basis, ...pnl);
  return (
    isKnown &&
    [...pnl, entry(results.value, account), entry(results.confidenceCharge, account)].every(Number.isFinite)
  );
}

function startVector(terms: NettingTerms, books: NettingBooks, account: number): Float64Array {
  const pnl = new Float64Array(terms.count);
  for (let s = 0; s < terms.count; s += 1) {
    const move = entry(terms.spotMove, s);
    let own = entry(books.contracts, account) * move * entry(books.price, account);
    for (let leg = entry(books.firstMoving, account); leg < entry(books.firstMoving, account + 1); leg += 1)
      own += move * entry(books.movingValue, leg);
    pnl[s] = own * entry(terms.dampening, s);
  }
  return pnl;
}

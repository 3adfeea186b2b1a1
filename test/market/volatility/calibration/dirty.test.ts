import { describe, expect, it } from 'vitest';
import type {
  ExpiryQuotes,
  OptionQuote,
} from '../../../../src/market/volatility/calibration/calibration-types.js';
import { dirtyExpiries } from '../../../../src/market/volatility/calibration/dirty.js';

const QUOTE: OptionQuote = { strike: 100, optionType: 'CALL', bidPrice: 0.04, askPrice: 0.06 };
const OTHER: OptionQuote = { strike: 90, optionType: 'PUT', bidPrice: 0.01, askPrice: 0.03 };
const BEFORE: ExpiryQuotes = { expiryMs: 7, forward: 100, quotes: [QUOTE, OTHER] };

function isDirty(after: ExpiryQuotes, elapsedMs = 10): boolean {
  const now = { expiries: [after], asOfMs: elapsedMs };
  return dirtyExpiries({ expiries: [BEFORE], asOfMs: 0 }, now, () => 1).includes(7);
}

describe('an expiry is dirty', () => {
  it.each([
    { what: 'never at once without a move', after: BEFORE, dirty: false },
    { what: 'never for the order', after: { ...BEFORE, quotes: [OTHER, QUOTE] }, dirty: false },
    {
      what: 'not for a move of a twentieth of the half spread',
      after: { ...BEFORE, quotes: [{ ...QUOTE, bidPrice: 0.0405 }, OTHER] },
      dirty: false,
    },
    {
      what: 'for a move of a fifth of it',
      after: { ...BEFORE, quotes: [{ ...QUOTE, askPrice: 0.062 }, OTHER] },
      dirty: true,
    },
    {
      what: 'for a side that went',
      after: { ...BEFORE, quotes: [{ strike: 100, optionType: 'CALL' as const, askPrice: 0.06 }, OTHER] },
      dirty: true,
    },
    { what: 'for a quote that went', after: { ...BEFORE, quotes: [QUOTE] }, dirty: true },
    { what: 'not for a move of the forward by 5 bp', after: { ...BEFORE, forward: 100.05 }, dirty: false },
    { what: 'for a move of the forward by 20 bp', after: { ...BEFORE, forward: 100.2 }, dirty: true },
    { what: 'for a forward that went', after: { expiryMs: 7, quotes: BEFORE.quotes }, dirty: true },
  ])('$what', ({ after, dirty }) => {
    expect(isDirty(after)).toBe(dirty);
  });

  it('after 250 ms whatever happened', () => {
    expect(isDirty(BEFORE, 249)).toBe(false);
    expect(isDirty(BEFORE, 250)).toBe(true);
  });

  it('when it is new', () => {
    const now = { expiries: [{ ...BEFORE, expiryMs: 8 }], asOfMs: 0 };
    expect(dirtyExpiries({ expiries: [BEFORE], asOfMs: 0 }, now, () => 1)).toEqual([8]);
  });
});

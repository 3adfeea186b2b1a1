import { describe, expect, it } from 'vitest';
import { readBatchPart } from '../../src/client/portfolio-outcome.js';
import { codec } from '../../src/wire/schema.js';

const { encode, decode } = codec('margincube.v1.BatchCalculateMarginResponse');

describe('readBatchPart', () => {
  const bytes = encode({
    outcomes: [
      { index: 3, report: { accountId: 'a', initialMargin: 12.5, warnings: ['w'] } },
      { index: 70_000, error: { code: 3, message: 'portfolios[70000].positions: …' } },
      { index: 0, report: {} },
    ],
    timing: { queueMicros: 1, computeMicros: 2 },
  });

  it('reads what the schema reads, when it is asked for, once', () => {
    const { outcomes, summary } = readBatchPart(bytes);
    expect(summary).toBeUndefined();
    const decoded = decode(bytes).outcomes;
    expect(outcomes.map(({ index, outcome }) => ({ index, outcome }))).toEqual(
      decoded.map(({ index, outcome }) => ({ index, outcome })),
    );
    for (const [place, outcome] of outcomes.entries()) {
      expect(outcome.report).toEqual(decoded[place]?.report ?? null);
      expect(outcome.error).toEqual(decoded[place]?.error ?? null);
      expect(outcome.report).toBe(outcome.report);
    }
  });

  it('reads the summary', () => {
    const summary = { portfolioCount: 5, failedCount: 1, epoch: '7', marketHash: 'h' };
    expect(readBatchPart(encode({ summary })).summary).toMatchObject(summary);
  });

  it('takes no outcome for a margin of 0', () => {
    expect(() => readBatchPart(encode({ outcomes: [{ index: 4 }] }))).toThrow('outcome 4');
  });

  it('refuses bytes that are no report when they are read', () => {
    // Outcome of index 0 whose report is one byte of an unfinished tag.
    const [outcome] = readBatchPart(Buffer.from([0x0a, 0x03, 0x12, 0x01, 0xff])).outcomes;
    expect(() => outcome?.report).toThrow();
  });
});

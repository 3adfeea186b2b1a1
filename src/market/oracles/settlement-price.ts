/** The price that is paid out: the index, or what replaces it when too little of the window was averaged. */
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import type { SampleRefusal, SettlementAverage } from './settlement-average.js';
import { settlementProgress } from './settlement-average.js';

/** Share of the window that must have been averaged (market-and-risk.md section 14). */
export const SETTLEMENT_COVER_MIN = 0.8;

/** A price that two persons set by hand when nothing was averaged long enough. */
export interface CommitteePrice {
  readonly price: number;
  readonly confidence: number;
  readonly decidedAtMs: number;
  /** Two different persons. */
  readonly approvedBy: readonly [string, string];
}

export interface SettlementSources {
  readonly index: SettlementAverage;
  readonly secondIndex?: SettlementAverage;
  readonly mark?: SettlementAverage;
  readonly committee?: CommitteePrice;
}

export interface SettlementPrice {
  readonly value: number;
  readonly confidence: number;
  /** Which source it is; anything but `INDEX` is a fallback to be shown. */
  readonly status: 'INDEX' | 'SECOND_INDEX' | 'MARK' | 'COMMITTEE';
  readonly asOfMs: number;
  /** Share of the window averaged by that source; 0 for a committee. */
  readonly cover: number;
  /** Refused samples of all sources. */
  readonly rejections: Readonly<Partial<Record<SampleRefusal, number>>>;
}

/**
 * The first of index, second index and mark with a cover of at least 80 %, then the committee's price. Fails before the end of
 * the window, for averages of different windows, for a committee of one person, and when nothing is left.
 */
export function settlementPrice(
  sources: SettlementSources,
  nowMs: number,
  coverMin = SETTLEMENT_COVER_MIN,
): Outcome<SettlementPrice> {
  const { windowStartMs, windowEndMs } = sources.index;
  if (!(nowMs >= windowEndMs))
    return failure('INVALID_VALUE', 'nowMs', `The window ends at ${windowEndMs} ms, after ${nowMs} ms`);
  const averages = [
    { status: 'INDEX', field: 'index', state: sources.index },
    { status: 'SECOND_INDEX', field: 'secondIndex', state: sources.secondIndex },
    { status: 'MARK', field: 'mark', state: sources.mark },
  ] as const;
  const rejections: Partial<Record<SampleRefusal, number>> = {};
  for (const { field, state } of averages) {
    if (state === undefined) continue;
    if (state.windowStartMs !== windowStartMs || state.windowEndMs !== windowEndMs)
      return failure('INVALID_VALUE', field, `Expected the window that ends at ${windowEndMs} ms`);
    for (const [reason, count] of Object.entries(state.rejections))
      rejections[reason as SampleRefusal] = (rejections[reason as SampleRefusal] ?? 0) + count;
  }
  for (const { status, state } of averages) {
    if (state === undefined) continue;
    const { average, confidence, cover } = settlementProgress(state, windowEndMs);
    if (average === null || confidence === null || cover < coverMin) continue;
    return success({ value: average, confidence, status, asOfMs: windowEndMs, cover, rejections });
  }
  return committeePrice(sources.committee, rejections);
}

function committeePrice(
  committee: CommitteePrice | undefined,
  rejections: SettlementPrice['rejections'],
): Outcome<SettlementPrice> {
  if (committee === undefined)
    return failure('MISSING_MARKET_DATA', 'committee', 'No source covers enough of the settlement window');
  const { price, confidence, decidedAtMs, approvedBy } = committee;
  const [first, second] = approvedBy.map((name) => name.trim());
  if (!first || !second || first === second)
    return failure('INVALID_VALUE', 'committee.approvedBy', 'Expected the names of two different persons');
  for (const [field, value] of Object.entries({ price, confidence }))
    if (!(value > 0 && value < Infinity))
      return failure(
        'INVALID_VALUE',
        `committee.${field}`,
        `Expected a positive number but received ${value}`,
      );
  return success({
    value: price,
    confidence,
    status: 'COMMITTEE',
    asOfMs: decidedAtMs,
    cover: 0,
    rejections,
  });
}

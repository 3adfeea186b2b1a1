/** The average on which options and futures settle, with the time that was really averaged. */
import { SETTLEMENT_WINDOW_SECONDS } from '../../domain/time.js';

/** A price holds for at most this long: beyond it nobody has said that it still stands (the age limit of a spot source). */
export const SAMPLE_HOLD_MS_MAX = 5_000;

export const SAMPLE_REFUSALS = [
  /** The time is no whole number of milliseconds. */
  'INVALID_TIME',
  /** Before the sample before it. */
  'CLOCK_WENT_BACK',
  /** Before the window or at its end or later. */
  'OUTSIDE_WINDOW',
  /** The price or its confidence is not a positive finite number. */
  'NOT_POSITIVE',
] as const;
export type SampleRefusal = (typeof SAMPLE_REFUSALS)[number];

export interface SettlementAverage {
  readonly windowStartMs: number;
  /** The expiry. */
  readonly windowEndMs: number;
  readonly holdMsMax: number;
  /** Sum of price x milliseconds really averaged, before the last sample. */
  readonly priceMs: number;
  readonly confidenceMs: number;
  readonly averagedMs: number;
  /** The sample that holds now; null before the first. */
  readonly last: { readonly timeMs: number; readonly price: number; readonly confidence: number } | null;
  readonly rejections: Readonly<Partial<Record<SampleRefusal, number>>>;
}

/** The window of half an hour before `expiryMs`, without a sample yet. */
export function startSettlementAverage(
  expiryMs: number,
  windowMs = SETTLEMENT_WINDOW_SECONDS * 1_000,
  holdMsMax = SAMPLE_HOLD_MS_MAX,
): SettlementAverage {
  return {
    windowStartMs: expiryMs - windowMs,
    windowEndMs: expiryMs,
    holdMsMax,
    priceMs: 0,
    confidenceMs: 0,
    averagedMs: 0,
    last: null,
    rejections: {},
  };
}

/**
 * A price at its time. It holds until the next one, at most `holdMsMax`; what lies beyond is not averaged at all and lowers the
 * cover. A refused sample changes only the counts (market-and-risk.md 1.2 step 9, section 14).
 */
export function addSettlementSample(
  before: SettlementAverage,
  timeMs: number,
  price: number,
  confidence: number,
): SettlementAverage {
  const refusal = checkSample(before, timeMs, price, confidence);
  if (refusal !== undefined)
    return {
      ...before,
      rejections: { ...before.rejections, [refusal]: (before.rejections[refusal] ?? 0) + 1 },
    };
  return { ...before, ...sums(before, timeMs), last: { timeMs, price, confidence } };
}

function checkSample(
  { windowStartMs, windowEndMs, last }: SettlementAverage,
  timeMs: number,
  price: number,
  confidence: number,
): SampleRefusal | undefined {
  if (!Number.isSafeInteger(timeMs)) return 'INVALID_TIME';
  if (last !== null && timeMs < last.timeMs) return 'CLOCK_WENT_BACK';
  if (timeMs < windowStartMs || timeMs >= windowEndMs) return 'OUTSIDE_WINDOW';
  const isSound = price > 0 && price < Infinity && confidence > 0 && confidence < Infinity;
  return isSound ? undefined : 'NOT_POSITIVE';
}

/** The sums up to `timeMs`, the last sample held until then. */
function sums(
  { priceMs, confidenceMs, averagedMs, last, holdMsMax, windowEndMs }: SettlementAverage,
  timeMs: number,
): Pick<SettlementAverage, 'priceMs' | 'confidenceMs' | 'averagedMs'> {
  if (last === null) return { priceMs, confidenceMs, averagedMs };
  const held = Math.max(0, Math.min(timeMs, windowEndMs) - last.timeMs);
  const heldMs = Math.min(held, holdMsMax);
  return {
    priceMs: priceMs + last.price * heldMs,
    confidenceMs: confidenceMs + last.confidence * heldMs,
    averagedMs: averagedMs + heldMs,
  };
}

export interface SettlementProgress {
  /** Mean price over the time really averaged; null before any. */
  readonly average: number | null;
  /** Mean confidence over the same time: errors of half an hour from the same sources do not cancel. */
  readonly confidence: number | null;
  readonly averagedSeconds: number;
  /** Averaged time / length of the window, in [0, 1]. */
  readonly cover: number;
}

/** What is fixed by `nowMs`; the last price holds until then, at most `holdMsMax`. */
export function settlementProgress(state: SettlementAverage, nowMs: number): SettlementProgress {
  const { priceMs, confidenceMs, averagedMs } = sums(state, nowMs);
  const hasTime = averagedMs > 0;
  return {
    average: hasTime ? priceMs / averagedMs : null,
    confidence: hasTime ? confidenceMs / averagedMs : null,
    averagedSeconds: averagedMs / 1_000,
    cover: averagedMs / (state.windowEndMs - state.windowStartMs),
  };
}

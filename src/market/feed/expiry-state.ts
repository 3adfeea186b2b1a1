import { parityForward } from '../oracles/parity-forward.js';
import { PRICE_CONFIDENCE_RANGE, confidenceScore } from '../snapshot/confidence-range.js';
import type { ExpiryQuote } from '../snapshot/market-snapshot.js';
import { pairsOf } from '../volatility/calibration/snapshot-request.js';
import type { InstrumentState } from './instrument-state.js';
import type { ExpiryUpdate } from './market-update.js';
import { agedScore } from './quote-age.js';

/** Forward, rate and smile of one expiry. The forward is kept as a ratio to the index: it moves with it between two quotes. */
export class ExpiryState {
  readonly options: InstrumentState[] = [];
  #said: ExpiryQuote;
  #forwardRatio: number;
  #renewedAtMs: number;
  #hasNewQuotes = false;

  constructor(first: ExpiryQuote, index: number, timeMs: number) {
    this.#said = first;
    this.#forwardRatio = first.forward / index;
    this.#renewedAtMs = timeMs;
  }

  /** Forward, rate or smile as the source states it. */
  state(update: ExpiryUpdate, index: number): void {
    const { timeMs, ...quote } = update;
    const { kind: _kind, ...said } = quote;
    this.#said = { ...this.#said, ...said };
    this.#forwardRatio = update.forward / index;
    this.#renewedAtMs = timeMs;
    this.#hasNewQuotes = false;
  }

  /** An option of the expiry was quoted. */
  quoted(timeMs: number): void {
    this.#hasNewQuotes = true;
    this.#renewedAtMs = Math.max(this.#renewedAtMs, timeMs);
  }

  /** How much of a confidence the time without a quote has left, in [0, 1]. */
  freshness(nowMs: number): number {
    return agedScore(1, (nowMs - this.#renewedAtMs) / 1_000);
  }

  get underlying(): string {
    return this.#said.underlying;
  }

  quoteOn(index: number, nowMs: number): ExpiryQuote {
    if (this.#hasNewQuotes) this.#readParity(index, nowMs);
    const fresh = this.freshness(nowMs);
    const { forwardConfidence, volatilityConfidence } = this.#said;
    return {
      ...this.#said,
      forward: index * this.#forwardRatio,
      forwardConfidence: forwardConfidence * fresh,
      ...(volatilityConfidence === undefined ? {} : { volatilityConfidence: volatilityConfidence * fresh }),
    };
  }

  /** The forward that the quotes of now imply; where they do not say, the last one stands. */
  #readParity(index: number, nowMs: number): void {
    this.#hasNewQuotes = false;
    const settlement = this.options[0]?.instrument.settlement;
    if (settlement === undefined) return;
    const pairs = pairsOf(
      this.options.flatMap((quote) => {
        const { instrument } = quote;
        return instrument.kind === 'OPTION' && instrument.settlement === settlement
          ? [{ instrument, quote }]
          : [];
      }),
    );
    const reference = index * this.#forwardRatio;
    const parity = parityForward({ settlement, asOfMs: nowMs, pairs, reference });
    if (parity.status !== 'PARITY' || parity.value === null || parity.confidence === null) return;
    this.#forwardRatio = parity.value / index;
    const score = confidenceScore(parity.confidence, parity.value, PRICE_CONFIDENCE_RANGE);
    this.#said = { ...this.#said, forwardConfidence: score };
  }
}

/** A what-if: trades that are not done, and the margins along them. */
import type { MarginReport } from './report.js';

/** One trade of an execution in several steps. */
export interface Leg {
  readonly instrument: string;
  /** Signed contracts; positive buys. */
  readonly quantity: number;
  /** Quote unit of the instrument (coins for inverse options); absent trades at the unshocked value. */
  readonly price?: number;
}

/** Margins along an execution: a legged spread may need more on its way than at its end. */
export interface PathMargin {
  readonly before: MarginReport;
  readonly after: MarginReport;
  /** The state with the smallest initial excess, `before` and `after` among them. */
  readonly peak: MarginReport;
  /** Legs executed at `peak`. */
  readonly peakAfterLegs: number;
}

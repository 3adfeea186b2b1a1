/** A what-if: trades that are not done, and the margins along them. */
import type { BindingScenario, MarginComponent, MarginReport } from './report.js';

/** One trade of an execution in several steps. */
export interface Leg {
  readonly instrument: string;
  /** Signed contracts; positive buys. */
  readonly quantity: number;
  /** Quote unit of the instrument (coins for inverse options); absent trades at the unshocked value. */
  readonly price?: number;
}

/** The main numbers of a book at one point of a what-if, in the report's currency. A report and a model's result have them. */
export interface MarginNumbers {
  readonly equity: number;
  /** Requirement, >= 0. */
  readonly initialMargin: number;
  /** Requirement, >= 0. */
  readonly maintenanceMargin: number;
  readonly initialExcess: number;
  readonly maintenanceExcess: number;
  readonly components: readonly MarginComponent[];
  readonly bindingScenario?: BindingScenario;
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

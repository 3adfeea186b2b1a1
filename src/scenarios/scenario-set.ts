import type { ScenarioColumns } from '../kernel/layout.js';

/** What a scenario does, in words; the numbers are in the columns. */
export interface ScenarioLabel {
  /** Unique in its set, e.g. `spot -14% vol up`. */
  readonly label: string;
  /** Part of the set it belongs to, e.g. `grid`, `tail`, `skew`, `basis`. */
  readonly family: string;
  /** Relative move of spot, e.g. -0.14; 0 where the set moves several underlyings apart. */
  readonly spotShock: number;
  /** `UP`, `DOWN`, `NONE`, `LINEAR`, `ABS`. */
  readonly volShock: string;
}

/** A set of joint moves of the market, ready for the cube kernel. `labels[s]` describes column s. */
export interface ScenarioSet {
  readonly id: string;
  readonly columns: ScenarioColumns;
  readonly labels: readonly ScenarioLabel[];
}

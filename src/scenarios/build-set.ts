import { scenarioStride, type ScenarioColumns } from '../kernel/layout.js';
import type { ScenarioLabel, ScenarioSet } from './scenario-set.js';

/** The move of one factor row in one scenario. */
export interface Shock {
  /** 1 + relative move of spot, > 0. */
  readonly spotFactor: number;
  /** Relative move of volatility before the term factor, e.g. 0.5. */
  readonly volShock: number;
  readonly skewShock: number;
  readonly smileShock: number;
  /** Annualised fraction below which the shocked volatility does not fall; 0 for none. */
  readonly volFloor: number;
}

export const NO_SHOCK: Shock = { spotFactor: 1, volShock: 0, skewShock: 0, smileShock: 0, volFloor: 0 };

/**
 * Lays labels and shocks out as kernel columns.
 *
 * @param factorRows one array of shocks per factor row, each with one entry per label
 */
export function buildScenarioSet(
  id: string,
  labels: readonly ScenarioLabel[],
  factorRows: readonly (readonly Shock[])[],
): ScenarioSet {
  const columns = blankColumns(labels.length, factorRows.length);
  const { stride, spotFactor, volShock, skewShock, smileShock, volFloor } = columns;
  factorRows.forEach((shocks, row) => {
    if (shocks.length !== labels.length) {
      throw new RangeError(
        `Expected ${String(labels.length)} shocks in factor row ${String(row)} but received ${String(shocks.length)}`,
      );
    }
    shocks.forEach((shock, scenario) => {
      const at = row * stride + scenario;
      spotFactor[at] = shock.spotFactor;
      volShock[at] = shock.volShock;
      skewShock[at] = shock.skewShock;
      smileShock[at] = shock.smileShock;
      volFloor[at] = shock.volFloor;
    });
  });
  return { id, labels, columns };
}

/** Columns of scenarios that move nothing, to be filled. */
export function blankColumns(scenarioCount: number, factorRows: number): ScenarioColumns {
  const stride = scenarioStride(scenarioCount);
  const column = (): Float64Array => new Float64Array(factorRows * stride);
  return {
    count: scenarioCount,
    stride,
    spotRows: factorRows,
    volRows: factorRows,
    spotFactor: column().fill(1),
    volShock: column(),
    skewShock: column(),
    smileShock: column(),
    volFloor: column(),
  };
}

/** `spot -14% vol UP`, without noise digits. */
export function scenarioName(spotShock: number, volShock: string): string {
  const percent = Number((spotShock * 100).toFixed(4));
  const sign = percent > 0 ? '+' : '';
  const volatility = volShock === 'NONE' ? 'vol unchanged' : `vol ${volShock.toLowerCase()}`;
  return `spot ${sign}${String(percent)}% ${volatility}`;
}

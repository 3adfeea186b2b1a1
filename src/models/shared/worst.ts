import type { BindingScenario } from '../../domain/report.js';
import type { ScenarioLabel } from '../../scenarios/scenario-set.js';

/** The lowest P&L and where it stands; the count of scenarios when the extra term binds. */
export interface Worst {
  readonly pnl: number;
  readonly index: number;
}

/** Starts from an extra term (0 for none) and is replaced only by something strictly worse: the first of equal scenarios. */
export function worstOf(scenarioPnl: ArrayLike<number>, extraTerm = 0): Worst {
  let pnl = extraTerm;
  let index = scenarioPnl.length;
  for (let i = 0; i < scenarioPnl.length; i += 1) {
    const candidate = scenarioPnl[i] ?? NaN;
    // What is not a number must surface, never hide behind a finite loss.
    if (Number.isNaN(candidate)) return { pnl: NaN, index: i };
    if (candidate < pnl) {
      pnl = candidate;
      index = i;
    }
  }
  return { pnl, index };
}

/** The report's form of it; nothing for a book that loses nowhere. */
export function bindingScenario(
  worst: Worst,
  labels: readonly ScenarioLabel[],
  scenarioCount: number,
  extraName = 'basis contingency',
): BindingScenario | undefined {
  if (worst.pnl >= 0) return undefined;
  const label = labels[worst.index];
  if (worst.index < scenarioCount && label !== undefined) {
    const { label: name, family, spotShock, volShock } = label;
    return { index: worst.index, label: name, family, spotShock, volShock, pnl: worst.pnl };
  }
  return {
    index: scenarioCount,
    label: extraName,
    family: extraName.split(' ')[0] ?? extraName,
    spotShock: 0,
    volShock: 'NONE',
    pnl: worst.pnl,
  };
}

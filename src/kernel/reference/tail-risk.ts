import { scenarioStride } from '../layout.js';
import { tailCount, tailWorkspaceLength } from '../tail-risk.js';
import { entry, requireCount, requireLength } from './checks.js';

export function checkTail(
  vectors: Float64Array,
  rowCount: number,
  scenarioCount: number,
  confidence: number,
  workspace: Float64Array,
): void {
  requireCount('rowCount', rowCount);
  requireCount('scenarioCount', scenarioCount);
  if (scenarioCount === 0) {
    throw new RangeError('Expected at least 1 scenario for scenarioCount but received 0 of type number');
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(
      `Expected a number in (0, 1) for confidence but received ${confidence} of type number`,
    );
  }
  requireLength('vectors', vectors, rowCount * scenarioStride(scenarioCount));
  requireLength('workspace', workspace, tailWorkspaceLength(scenarioCount));
}

/** Scenarios of one row from the largest loss down; among equal losses the earlier one first. */
function byFallingLoss(vectors: Float64Array, first: number, scenarioCount: number): number[] {
  for (let s = 0; s < scenarioCount; s += 1) {
    const value = entry(vectors, first + s);
    if (!Number.isFinite(value)) {
      throw new RangeError(
        `Expected a finite number for vectors[${first + s}] but received ${value} of type number`,
      );
    }
  }
  const scenarios = Array.from({ length: scenarioCount }, (_, s) => s);
  return scenarios.sort((a, b) => entry(vectors, first + a) - entry(vectors, first + b) || a - b);
}

export function tailRisk(
  vectors: Float64Array,
  rowCount: number,
  scenarioCount: number,
  confidence: number,
  valueAtRisk: Float64Array,
  expectedShortfall: Float64Array,
  workspace: Float64Array,
): void {
  checkTail(vectors, rowCount, scenarioCount, confidence, workspace);
  requireLength('valueAtRisk', valueAtRisk, rowCount);
  requireLength('expectedShortfall', expectedShortfall, rowCount);
  const mass = scenarioCount * (1 - confidence);
  const count = tailCount(scenarioCount, confidence);
  for (let row = 0; row < rowCount; row += 1) {
    const first = row * scenarioStride(scenarioCount);
    const losses = byFallingLoss(vectors, first, scenarioCount).map((s) => 0 - entry(vectors, first + s));
    const last = losses[count - 1] ?? NaN;
    const sum = losses.slice(0, count - 1).reduce((total, loss) => total + loss, 0);
    valueAtRisk[row] = last;
    expectedShortfall[row] = (sum + (mass - (count - 1)) * last) / mass;
  }
}

export function tailScenarios(
  vectors: Float64Array,
  rowCount: number,
  scenarioCount: number,
  confidence: number,
  scenario: Uint32Array,
  weight: Float64Array,
  workspace: Float64Array,
): void {
  checkTail(vectors, rowCount, scenarioCount, confidence, workspace);
  const mass = scenarioCount * (1 - confidence);
  const count = tailCount(scenarioCount, confidence);
  requireLength('scenario', scenario, rowCount * count);
  requireLength('weight', weight, rowCount * count);
  for (let row = 0; row < rowCount; row += 1) {
    const order = byFallingLoss(vectors, row * scenarioStride(scenarioCount), scenarioCount);
    for (let k = 0; k < count; k += 1) {
      scenario[row * count + k] = order[k] ?? NaN;
      weight[row * count + k] = k < count - 1 ? 1 / mass : (mass - (count - 1)) / mass;
    }
  }
}

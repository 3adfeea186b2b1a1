import { scenarioStride, type WeightedSum } from '../layout.js';
import { entry, requireCount, requireLength } from './checks.js';
import { checkTail, tailRisk } from './tail-risk.js';

export function tailRiskOfSum(
  { scenarioCount, base, termCount, unitRow, weight, unitCount, units }: WeightedSum,
  confidence: number,
  risk: Float64Array,
  workspace: Float64Array,
): void {
  for (const [name, count] of Object.entries({ scenarioCount, termCount, unitCount }))
    requireCount(name, count);
  const stride = scenarioStride(scenarioCount);
  requireLength('sum.base', base, scenarioCount);
  requireLength('sum.unitRow', unitRow, termCount);
  requireLength('sum.weight', weight, termCount);
  requireLength('sum.units', units, unitCount * stride);
  requireLength('risk', risk, 2);
  const sum = new Float64Array(stride);
  sum.set(base.subarray(0, scenarioCount));
  for (let k = 0; k < termCount; k += 1) {
    const row = entry(unitRow, k);
    if (row >= unitCount)
      throw new RangeError(
        `Expected an integer in [0, ${unitCount}) for sum.unitRow[${k}] but received ${row} of type number`,
      );
    for (let s = 0; s < scenarioCount; s += 1)
      sum[s] = entry(sum, s) + entry(weight, k) * entry(units, row * stride + s);
  }
  checkTail(sum, 1, scenarioCount, confidence, workspace);
  if (!sum.every(Number.isFinite)) {
    risk.fill(NaN, 0, 2);
    return;
  }
  tailRisk(sum, 1, scenarioCount, confidence, risk.subarray(0, 1), risk.subarray(1, 2), workspace);
}

import type { AccountMargins, HealthRule } from '../../recalibration/preview/impact.js';
import { CODE, cureAmount, stepOf } from './ladder.js';

/** The ladder as a preview asks it: every account as if it came from above. */
export const LADDER_RULE: HealthRule = {
  isCalled: (margins) => codeOf(margins) >= CODE.CALL,
  isLiquidated: (margins) => codeOf(margins) >= CODE.LIQUIDATE,
  callAmount: (margins) => cureAmount(codeOf(margins), margins),
};

function codeOf({ equity, initialMargin, maintenanceMargin }: AccountMargins): number {
  return stepOf(equity, initialMargin, maintenanceMargin);
}

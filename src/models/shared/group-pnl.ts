import type { ModelInput } from '../model.js';

/** P&L of one group in one scenario, before any rule of the model. */
export function groupPnl(input: ModelInput<unknown>, row: number, scenario: number): number {
  return input.groupPnl[row * input.scenarios.columns.stride + scenario] ?? NaN;
}

/** Liquidation plans as tables and as JSON. */
import type { Outcome } from '../domain/outcome.js';
import type { MarginReport } from '../domain/report.js';
import type { LiquidationPlan } from '../live/liquidation/plan-types.js';
import { formatMoney, formatSignificant } from './format.js';
import { describeFailure } from './margin-table.js';
import { renderTable, type Column } from './table.js';

export interface PlanRow {
  readonly accountId: string;
  readonly outcome: Outcome<LiquidationPlan>;
}

interface Planned {
  readonly accountId: string;
  readonly plan: LiquidationPlan;
}

const money =
  (value: (plan: LiquidationPlan) => number | undefined) =>
  ({ plan }: Planned): string => {
    const amount = value(plan);
    return amount === undefined ? '-' : formatMoney(amount, plan.before.currency);
  };

const PLAN_COLUMNS: readonly Column<Planned>[] = [
  { title: 'account', align: 'left', cell: ({ accountId }) => accountId },
  { title: 'result', align: 'left', cell: ({ plan }) => plan.result.toLowerCase().replace('_', ' ') },
  { title: 'ccy', align: 'left', cell: ({ plan }) => plan.before.currency },
  { title: 'equity', align: 'right', cell: money(({ before }) => before.equity) },
  { title: 'maintenance', align: 'right', cell: money(({ before }) => before.maintenanceMargin) },
  { title: 'equity after', align: 'right', cell: money(({ after }) => after.equity) },
  { title: 'maintenance after', align: 'right', cell: money(({ after }) => after.maintenanceMargin) },
  { title: 'cost', align: 'right', cell: money(({ cost }) => cost) },
  { title: 'pro rata', align: 'right', cell: money(({ proRataCost }) => proRataCost) },
];

interface StepRow {
  readonly planned: Planned;
  readonly step: LiquidationPlan['steps'][number];
}

const STEP_COLUMNS: readonly Column<StepRow>[] = [
  { title: 'account', align: 'left', cell: ({ planned }) => planned.accountId },
  { title: 'trade', align: 'left', cell: ({ step }) => (step.leg.quantity > 0 ? 'buy' : 'sell') },
  {
    title: 'contracts',
    align: 'right',
    cell: ({ step }) => String(Number(Math.abs(step.leg.quantity).toPrecision(12))),
  },
  { title: 'instrument', align: 'left', cell: ({ step }) => step.leg.instrument },
  { title: 'at', align: 'right', cell: ({ step }) => formatSignificant(step.leg.price ?? NaN, 6) },
  { title: 'cost', align: 'right', cell: ({ step }) => formatMoney(step.cost, step.after.currency) },
  {
    title: 'excess after',
    align: 'right',
    cell: ({ step }) => formatMoney(step.after.maintenanceExcess, step.after.currency),
  },
];

export function renderPlans(rows: readonly PlanRow[]): string {
  const planned = rows.flatMap(({ accountId, outcome }): Planned[] =>
    outcome.ok ? [{ accountId, plan: outcome.value }] : [],
  );
  const steps = planned.flatMap((one) => one.plan.steps.map((step): StepRow => ({ planned: one, step })));
  const unquoted = planned.flatMap(({ accountId, plan }) =>
    plan.unquoted.length === 0 ? [] : [`  ${accountId}: ${plan.unquoted.join(', ')}`],
  );
  const failed = rows.flatMap(({ accountId, outcome }) =>
    outcome.ok ? [] : [`  ${accountId}: ${outcome.failure.field}: ${describeFailure(outcome.failure)}`],
  );
  return [
    ...(planned.length === 0 ? [] : [renderTable(PLAN_COLUMNS, planned)]),
    ...(steps.length === 0 ? [] : [`Trades, in their order\n\n${renderTable(STEP_COLUMNS, steps)}`]),
    ...(unquoted.length === 0 ? [] : [['Not closed for want of a quote', ...unquoted].join('\n')]),
    ...(failed.length === 0 ? [] : [['No plan', ...failed].join('\n')]),
  ].join('\n\n');
}

export function plansToJson(rows: readonly PlanRow[]): string {
  const plans = rows.map(({ accountId, outcome }) =>
    outcome.ok ? { accountId, ...planJson(outcome.value) } : { accountId, error: outcome.failure },
  );
  return JSON.stringify({ plans }, null, 2);
}

function planJson({ before, after, steps, ...plan }: LiquidationPlan): object {
  return {
    ...plan,
    currency: before.currency,
    before: stateJson(before),
    after: stateJson(after),
    steps: steps.map(({ leg, cost, after: state }) => ({ ...leg, cost, after: stateJson(state) })),
  };
}

function stateJson({ equity, maintenanceMargin, maintenanceExcess, initialExcess }: MarginReport): object {
  return { equity, maintenanceMargin, maintenanceExcess, initialExcess };
}

import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { FACTORS_MAX } from '../limits.js';
import { randomStream } from '../measures/random.js';
import { DAY_MS, alignHistory, changesOf } from './history.js';
import type { FactorHistory, FactorSeries } from './history.js';
import { PANEL_ID, PANEL_UNDERLYINGS, panelSeries } from './panel/recorded-panel.js';
import type { RiskFactor } from './risk-factor.js';
import { fitVolatilityProxy, proxyChange } from './volatility-proxy.js';
import type { VolatilityProxy } from './volatility-proxy.js';

/** A factor of the panel that a history of prices lacks: volatility by regression on spot, the rest as it was on that day. */
interface StandIn {
  readonly factor: RiskFactor;
  /** Row of the spot factor in the history. */
  readonly spot: number;
  readonly proxy?: VolatilityProxy;
  /** Residuals of the proxy, or changes, by day of the panel. */
  readonly draws: Float64Array;
}

/**
 * Adds volatility, skew and basis to a history that has prices alone, for the underlyings of the recorded panel. Each step draws one
 * day of the panel, the same for all factors of all underlyings, so that what moved together on that day stays together. Every
 * added factor is a PROXY. An underlying outside the panel keeps its price alone, and a note says so.
 *
 * @param seed `drawSeed` of the set
 * @param residualScale multiplies the residuals of the volatility proxies: the panel is calmer than other years, see the README
 */
export function withProxyFactors(
  history: FactorHistory,
  seed: readonly number[],
  residualScale = 1,
): Outcome<FactorHistory> {
  if (!(residualScale > 0 && residualScale < Infinity)) {
    return failure(
      'INVALID_PARAMETER',
      'residualScale',
      `Expected a finite number > 0 but received ${residualScale}`,
    );
  }
  const found = history.factors.flatMap((factor, spot) => {
    const series = factor.kind === 'SPOT' ? panelSeries(factor.subject) : undefined;
    return series?.ok === true ? [{ spot, series: series.value }] : [];
  });
  if (found.length === 0) {
    return failure(
      'MISSING_MARKET_DATA',
      'history',
      `Expected a spot of ${PANEL_ID} but the history has none`,
    );
  }
  const panel = alignPanel(found.flatMap(({ series }) => series));
  if (!panel.ok) return panel;
  const standIns: StandIn[] = [];
  let row = 0;
  for (const { spot, series } of found) {
    const returns = changesOf(panel.value, row);
    for (let k = 1; k < series.length; k += 1) {
      const standIn = standInOf(series[k]!.factor, spot, returns, changesOf(panel.value, row + k));
      if (!standIn.ok) return standIn;
      standIns.push(standIn.value);
    }
    row += series.length;
  }
  const factorCount = history.factors.length + standIns.length;
  if (factorCount > FACTORS_MAX) {
    return failure(
      'LIMIT_EXCEEDED',
      'history',
      `Expected at most ${FACTORS_MAX} factors but received ${factorCount}`,
    );
  }
  const random = randomStream(...seed);
  const days = Uint32Array.from({ length: history.rowCount }, () => random.integer(panel.value.rowCount));
  const changes = new Float64Array(factorCount * history.rowCount);
  changes.set(history.changes);
  standIns.forEach((standIn, i) => {
    const target = (history.factors.length + i) * history.rowCount;
    const returns = changesOf(history, standIn.spot);
    days.forEach((day, step) => {
      changes[target + step] = changeOf(standIn, returns[step]!, day, residualScale);
    });
  });
  return success({
    ...history,
    factors: [...history.factors, ...standIns.map(({ factor }) => factor)],
    changes,
    notes: [
      ...history.notes,
      ...notesOf(
        history,
        found.map(({ spot }) => spot),
        panel.value.rowCount,
      ),
    ],
  });
}

/** By underlying of the panel: what the return of a day does not explain of its 30-day volatility, in robust deviations. */
export interface VolatilityResiduals {
  readonly days: number;
  /** One entry per day, the same days for every underlying. */
  readonly standardised: ReadonlyMap<string, Float64Array>;
}

/** Of the recorded panel: the same bits every time. */
export function recordedVolatilityResiduals(): Outcome<VolatilityResiduals> {
  const all: FactorSeries[] = [];
  for (const underlying of PANEL_UNDERLYINGS) {
    const series = panelSeries(underlying);
    if (!series.ok) return series;
    all.push(...series.value.filter(({ factor }) => factor.kind === 'SPOT' || isMonthVolatility(factor)));
  }
  const panel = alignPanel(all);
  if (!panel.ok) return panel;
  const standardised = new Map<string, Float64Array>();
  for (const [row, { factor }] of all.entries()) {
    if (factor.kind === 'SPOT') continue;
    const spot = all.findIndex(
      (other) => other.factor.kind === 'SPOT' && other.factor.subject === factor.subject,
    );
    const proxy = fitVolatilityProxy(changesOf(panel.value, spot), changesOf(panel.value, row));
    if (!proxy.ok) return proxy;
    const { residuals, residualDeviation } = proxy.value;
    standardised.set(
      factor.subject,
      residuals.map((residual) => residual / residualDeviation),
    );
  }
  return success({ days: panel.value.rowCount, standardised });
}

function isMonthVolatility({ kind, tenorDays }: RiskFactor): boolean {
  return kind === 'ATM_VOLATILITY' && tenorDays === 30;
}

function alignPanel(series: readonly FactorSeries[]): Outcome<FactorHistory> {
  const dates = series[0]!.points.map(({ dateMs }) => dateMs);
  const steps = dates.filter((date, i) => i > 0 && DAY_MS === date - dates[i - 1]!).length;
  return alignHistory(series, { windowRows: steps, stepMs: DAY_MS, gaps: 'SKIP' });
}

function standInOf(
  factor: RiskFactor,
  spot: number,
  returns: Float64Array,
  changes: Float64Array,
): Outcome<StandIn> {
  const asProxy: RiskFactor = { ...factor, evidence: 'PROXY' };
  if (factor.kind !== 'ATM_VOLATILITY') return success({ factor: asProxy, spot, draws: changes });
  const proxy = fitVolatilityProxy(returns, changes);
  if (!proxy.ok) return proxy;
  return success({ factor: asProxy, spot, proxy: proxy.value, draws: proxy.value.residuals });
}

function changeOf({ proxy, draws }: StandIn, spotReturn: number, day: number, residualScale: number): number {
  return proxy === undefined ? draws[day]! : proxyChange(proxy, spotReturn, residualScale * draws[day]!);
}

function notesOf(history: FactorHistory, withProxy: readonly number[], days: number): string[] {
  const without = history.factors.filter(({ kind }, f) => kind === 'SPOT' && !withProxy.includes(f));
  const note = `volatility, skew and basis are proxies fitted on ${days} days of ${PANEL_ID}`;
  if (without.length === 0) return [note];
  return [note, `no volatility, skew or basis moves for ${without.map(({ subject }) => subject).join(', ')}`];
}

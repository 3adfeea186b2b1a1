import { describe, expect, it } from 'vitest';
import { ServerMetrics } from '../../src/observability/metrics.js';
import { readTracked } from '../support/sources.js';

/** Metrics that come from Prometheus itself. */
const OF_PROMETHEUS = new Set(['up']);

/** Names that stand before a selector, an aggregation's end or a comparison: words of PromQL are followed by other things. */
function metricsIn(expression: string): string[] {
  const bare = expression
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/by \([^)]*\)/g, '');
  const words = bare.match(/\b[a-z][a-z0-9_]*\b(?!\s*\()/g) ?? [];
  return words.filter((word) => word !== 'by');
}

const dashboard = JSON.parse(readTracked('deploy/grafana/margincube.json')) as {
  panels: { title: string; targets: { expr: string }[] }[];
};
const dashboardExpressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
const rules = readTracked('deploy/prometheus/rules.yml');
const ruleExpressions = [...rules.matchAll(/expr: (?:>\n)?((?:.|\n)*?)\n {8}for:/g)].map(
  ([, text = '']) => text,
);

describe('the dashboard and the alert rules', () => {
  it('name metrics that the server has', async () => {
    const metrics = new ServerMetrics(
      { version: '1', isa: 'v3' },
      { queueSize: () => 0, snapshotAgeSeconds: () => 0, connections: () => 0 },
    );
    metrics.rpc('a.Service', 'One', 'unary').count('OK', 0.1);
    metrics.shardDone(0.1, 0.1);
    const text = await metrics.registry.metrics();
    const known = new Set(text.split('\n').map((line) => line.replace(/[ {].*/, '')));
    const named = [...dashboardExpressions, ...ruleExpressions].flatMap(metricsIn);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !known.has(name) && !OF_PROMETHEUS.has(name))).toEqual([]);
  });

  it('are read whole', () => {
    expect(ruleExpressions).toHaveLength([...rules.matchAll(/- alert:/g)].length);
    expect(metricsIn('sum by (a) (rate(no_such_total{x="y"}[5m])) > 1')).toEqual(['no_such_total']);
  });
});

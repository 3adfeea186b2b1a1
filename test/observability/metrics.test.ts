import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { SECONDS_BUCKETS } from '../../src/observability/call-tally.js';
import { ServerMetrics } from '../../src/observability/metrics.js';

const SECONDS = [0, 1e-4, 1.1e-4, 0.003, 0.003, 7, 10, 11];

/** Lines of one metric in the text form, sorted. */
async function linesOf(registry: Registry, name: string): Promise<string[]> {
  const lines = (await registry.metrics()).split('\n');
  return lines.filter((line) => line.startsWith(name)).sort();
}

function metricsWithCalls(): ServerMetrics {
  const metrics = new ServerMetrics(
    { version: '1', isa: 'v3' },
    { queueSize: () => 0, snapshotAgeSeconds: () => 0, connections: () => 0 },
  );
  const tally = metrics.rpc('a.Service', 'One', 'unary');
  metrics.rpc('a.Service', 'Never', 'bidi_stream');
  for (let started = 0; started < 10; started += 1) metrics.callStarted(tally);
  for (const seconds of SECONDS) tally.count('OK', seconds);
  tally.count('CANCELLED', 1);
  metrics.portfoliosDone(3, 1);
  metrics.portfoliosDone(2, 0);
  return metrics;
}

describe('ServerMetrics', () => {
  it('prints durations as a histogram of the library does', async () => {
    const registry = new Registry();
    const name = 'margin_rpc_duration_seconds';
    const buckets = [...SECONDS_BUCKETS];
    const theirs = new Histogram({ name, help: 'h', labelNames: ['method'], buckets, registers: [registry] });
    for (const seconds of [...SECONDS, 1]) theirs.observe({ method: 'a.Service/One' }, seconds);
    expect(await linesOf(metricsWithCalls().registry, name)).toEqual(await linesOf(registry, name));
  });

  it('counts calls by method and code, portfolios by outcome, however often they are read', async () => {
    const { registry } = metricsWithCalls();
    await registry.metrics();
    expect(await linesOf(registry, 'margin_rpc_requests_total')).toEqual([
      'margin_rpc_requests_total{method="a.Service/One",code="CANCELLED"} 1',
      'margin_rpc_requests_total{method="a.Service/One",code="OK"} 8',
    ]);
    expect(await linesOf(registry, 'grpc_server_handled_total')).toEqual([
      'grpc_server_handled_total{grpc_type="unary",grpc_service="a.Service",grpc_method="One",grpc_code="CANCELLED"} 1',
      'grpc_server_handled_total{grpc_type="unary",grpc_service="a.Service",grpc_method="One",grpc_code="OK"} 8',
    ]);
    // One more is being answered.
    expect(await linesOf(registry, 'grpc_server_started_total')).toEqual([
      'grpc_server_started_total{grpc_type="unary",grpc_service="a.Service",grpc_method="One"} 10',
    ]);
    expect(await linesOf(registry, 'margin_portfolios_total')).toEqual([
      'margin_portfolios_total{outcome="error"} 1',
      'margin_portfolios_total{outcome="report"} 5',
    ]);
  });
});

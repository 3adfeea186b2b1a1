import { describe, expect, it } from 'vitest';
import { ServerMetrics } from '../../src/observability/metrics.js';
import { serveMetrics } from '../../src/observability/metrics-endpoint.js';

describe('the endpoint of the metrics', () => {
  it('serves them and nothing else', async () => {
    const metrics = new ServerMetrics(
      { version: '1', isa: 'v3' },
      { queueSize: () => 3, snapshotAgeSeconds: () => 0, connections: () => 0 },
    );
    metrics.rpc('a.Service', 'One', 'unary').count('OK', 0.002);
    const endpoint = await serveMetrics(metrics, '127.0.0.1', 0);
    try {
      const response = await fetch(`http://${endpoint.address}/metrics`);
      const text = await response.text();
      expect(response.headers.get('content-type')).toContain('text/plain');
      expect(text).toContain('margin_pool_queue_size 3');
      expect(text).toContain(
        'grpc_server_handling_seconds_count{grpc_type="unary",grpc_service="a.Service",grpc_method="One"} 1',
      );
      expect((await fetch(`http://${endpoint.address}/`)).status).toBe(404);
      expect((await fetch(`http://${endpoint.address}/metrics`, { method: 'POST' })).status).toBe(404);
    } finally {
      await endpoint.close();
    }
  });
});

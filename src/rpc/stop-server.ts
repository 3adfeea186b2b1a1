import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../observability/log.js';
import type { MarginPool } from '../pool/margin-pool.js';
import type { GrpcServer } from './grpc-server.js';
import type { ServerContext } from './server-context.js';

export interface ServerParts {
  readonly server: GrpcServer;
  readonly pool: MarginPool;
  readonly log: Log;
  readonly context: ServerContext;
}

/** How often a drain looks whether the last call has ended. */
const POLL_MS = 20;

/**
 * Health says NOT_SERVING while calls are still taken, so that balancers look elsewhere; then new calls are refused,
 * connections are asked to close, calls in flight may finish, and what is left is cut off.
 */
export async function stopServer({ server, pool, log, context }: ServerParts): Promise<void> {
  const { drainNoticeMs, drainGraceMs } = context.config;
  server.setServing(false);
  log.logger.info({ drainNoticeMs, drainGraceMs }, 'draining');
  await delay(drainNoticeMs);
  context.isDraining = true;
  context.publisher?.stop();
  context.marks.endAll();
  context.marginStreams.endAll();
  context.riskStreams.endAll();
  // Sends GOAWAY now and cancels what is left after the grace.
  server.drain(drainGraceMs);
  const deadlineMs = Date.now() + drainGraceMs;
  while (context.admission.callsInFlight > 0 && Date.now() < deadlineMs) await delay(POLL_MS);
  server.close();
  await context.reserveAudit?.close();
  await context.plans.close();
  await pool.close();
  log.logger.info('stopped');
  log.flush();
}

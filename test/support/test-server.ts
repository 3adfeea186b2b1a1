/** A real server on loopback with the sample market, for end-to-end tests. */
import type { ServiceError } from '@grpc/grpc-js';
import { Client, credentials } from '@grpc/grpc-js';
import { createLog } from '../../src/observability/log.js';
import type { RunningServer, StartOptions } from '../../src/rpc/start-server.js';
import { startServer } from '../../src/rpc/start-server.js';
import { messageToJsonValue } from '../../src/wire/json/json-mapping.js';
import { codec } from '../../src/wire/schema.js';
import { BUILT_WORKER_ENTRY } from './built.js';
import { sampleSnapshot } from './sample-market.js';

export const MODEL = 'derive-pm2@btc-2026-08-20';

export interface TestServer extends RunningServer {
  /** Log lines so far. */
  readonly logLines: string[];
}

/** `ensureBuilt` must have run. */
export async function startTestServer(options: Partial<StartOptions> = {}): Promise<TestServer> {
  const logLines: string[] = [];
  const server = await startServer({
    marketSnapshot: sampleSnapshot(),
    port: 0,
    insecureLoopback: options.tls === undefined,
    workers: 2,
    drainNoticeMs: 0,
    workerEntry: BUILT_WORKER_ENTRY,
    log: createLog('info', { write: (line) => logLines.push(line) }),
    ...options,
  });
  return { ...server, logLines };
}

/** A client that sends and receives bytes, the way every gRPC client does. */
export function rawClient(address: string): Client {
  return new Client(address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
  });
}

const identity = (bytes: Buffer): Buffer => bytes;

/** A unary call in bytes; rejects with grpc-js's `ServiceError`. */
export function callBytes(
  client: Client,
  path: string,
  request: Buffer,
  deadline: number = Date.now() + 30_000,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, identity, identity, request, { deadline }, (error, response) => {
      if (error !== null) reject(error);
      else resolve(response ?? Buffer.alloc(0));
    });
  });
}

/** The error that a call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<ServiceError> {
  try {
    await call;
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error('expected the call to fail');
}

/** google.rpc.Status of an error with its details opened, as JSON. */
export function statusOf(error: ServiceError): {
  code: number;
  message: string;
  details: Record<string, unknown>[];
} {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  if (!Buffer.isBuffer(bytes)) throw new Error(`no details in ${error.message}`);
  const status = codec('google.rpc.Status').decode(bytes);
  return messageToJsonValue('google.rpc.Status', status) as ReturnType<typeof statusOf>;
}

/** The detail of that name, e.g. `BadRequest`. */
export function detailOf(error: ServiceError, name: string): Record<string, unknown> | undefined {
  return statusOf(error).details.find((one) => one['@type'] === `type.googleapis.com/google.rpc.${name}`);
}

/** Value of a metric without or with labels, summed over all series that match. */
export async function metricSum(
  server: RunningServer,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const metric = await server.metrics.registry.getSingleMetric(name)?.get();
  if (metric === undefined) throw new Error(`no metric ${name}`);
  return metric.values
    .filter((value) => Object.entries(labels).every(([label, expected]) => value.labels[label] === expected))
    .reduce((sum, { value }) => sum + value, 0);
}

/** Waits until `condition` holds; fails after ten seconds. */
export async function eventually(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadlineMs = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error('the condition did not come true within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * A server in a process of its own, so that the load does not share its event loop. Started by `server-process.ts` with the
 * kind of server; it answers over the channel to its parent what it has used.
 */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { MESSAGE_BYTES_MAX } from '../../src/limits.js';
import { startServer } from '../../src/rpc/start-server.js';
import { codec, serviceDefinition } from '../../src/wire/schema.js';
import { createLog } from '../../src/observability/log.js';
import { sampleMarketSnapshot } from './sample-books.js';
import type { ChildReply, ChildRequest, ServerKind } from './server-process.js';

const [, , kind, workers, answerBase64 = '', accessFile = ''] = process.argv;

/** Log lines are made as in production and thrown away. */
const silent = createLog('info', { write: () => undefined });

async function start(): Promise<string> {
  if ((kind as ServerKind) === 'margincube' || (kind as ServerKind) === 'margincube-now') {
    const isOfNow = (kind as ServerKind) === 'margincube-now';
    const server = await startServer({
      marketSnapshot: isOfNow ? sampleMarketSnapshot(Date.now()) : sampleMarketSnapshot(),
      port: 0,
      insecureLoopback: true,
      log: silent,
      ...(Number(workers) > 0 ? { workers: Number(workers) } : {}),
      ...(accessFile === '' ? {} : { accessFile }),
    });
    return server.address;
  }
  const answer = Buffer.from(answerBase64, 'base64');
  if ((kind as ServerKind) === 'echo-checks') return startCheckEcho(answer);
  return startEcho((kind as ServerKind) === 'echo-bytes', answer);
}

/** A server of a few lines that answers every request with the same report. */
function startEcho(isBytes: boolean, answer: Buffer): Promise<string> {
  const { CalculateMargin, BatchCalculateMargin } = serviceDefinition('margincube.v1.MarginService');
  if (CalculateMargin === undefined || BatchCalculateMargin === undefined)
    throw new Error('no MarginService');
  const identity = (bytes: Buffer): Buffer => bytes;
  const bytesOnly = { requestDeserialize: identity, responseSerialize: identity };
  const definition: ServiceDefinition = {
    CalculateMargin: isBytes ? { ...CalculateMargin, ...bytesOnly } : CalculateMargin,
    BatchCalculateMargin,
  };
  const report = codec('margincube.v1.CalculateMarginResponse').decode(answer);
  const server = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
    'grpc.enable_channelz': 0,
  });
  server.addService(definition, {
    CalculateMargin: (_call: unknown, callback: (error: null, response: unknown) => void) => {
      callback(null, isBytes ? answer : report);
    },
    BatchCalculateMargin: (call: EchoStream) => {
      let index = 0;
      call.on('data', ({ chunk }) => {
        if (chunk === null || chunk === undefined) return;
        const outcomes = chunk.portfolios.map(() => ({ index: index++, report: report.report }));
        call.write({ outcomes });
      });
      call.on('end', () => {
        call.end();
      });
    },
  });
  return bind(server);
}

/** A server of a few lines that decodes every check and answers with the same decision. */
function startCheckEcho(answer: Buffer): Promise<string> {
  const { CheckOrders } = serviceDefinition('margincube.v1.MarginService');
  if (CheckOrders === undefined) throw new Error('no CheckOrders');
  const decision = codec('margincube.v1.CheckOrdersResponse').decode(answer);
  const server = new Server({ 'grpc.enable_channelz': 0 });
  server.addService(
    { CheckOrders },
    {
      CheckOrders: (call: CheckStream) => {
        call.on('data', ({ clientOrderId }) => {
          call.write({ ...decision, clientOrderId });
        });
        call.on('end', () => {
          call.end();
        });
      },
    },
  );
  return bind(server);
}

interface CheckStream {
  on(event: 'data', listener: (message: { clientOrderId: string }) => void): void;
  on(event: 'end', listener: () => void): void;
  write(message: unknown): boolean;
  end(): void;
}

function bind(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(`127.0.0.1:${String(port)}`);
      else reject(error);
    });
  });
}

interface EchoStream {
  on(event: 'data', listener: (message: { chunk?: { portfolios: unknown[] } | null }) => void): void;
  on(event: 'end', listener: () => void): void;
  write(message: unknown): boolean;
  end(): void;
}

function reply(message: ChildReply): void {
  process.send?.(message);
}

const MICROS_PER_MILLISECOND = 1_000;

let loopSince = performance.eventLoopUtilization();
let cpuSince = process.cpuUsage();
process.on('message', (request: ChildRequest) => {
  if (request === 'start') {
    loopSince = performance.eventLoopUtilization();
    cpuSince = process.cpuUsage();
  }
  const { active, idle } = performance.eventLoopUtilization(loopSince);
  const { user, system } = process.cpuUsage(cpuSince);
  reply({ busyMs: active, idleMs: idle, cpuMs: (user + system) / MICROS_PER_MILLISECOND });
});
process.on('disconnect', () => process.exit(0));

reply({ address: await start() });

import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { h2load, isH2loadInstalled } from './h2load.js';

const CONNECTIONS = 4;
const STREAMS_PER_CONNECTION = 8;
const PATH = '/margincube.v1.MarginService/CalculateMargin';

export interface CallTarget {
  /** `host:port`. */
  readonly address: string;
  /** A bearer token that every call shows. */
  readonly token?: string;
}

export interface UnaryLoad {
  /** e.g. `h2load, 4 connections x 8 streams`. */
  readonly name: string;
  /** Sends `count` requests with this message and gives the rate of answers per second. */
  run(target: CallTarget, request: Buffer, count: number): Promise<number>;
}

/** `h2load` where it is installed, because it costs less than the server; else a client of grpc-js. */
export function unaryLoad(): UnaryLoad {
  const shape = `${String(CONNECTIONS)} connections x ${String(STREAMS_PER_CONNECTION)} streams`;
  return isH2loadInstalled()
    ? { name: `h2load, ${shape}`, run: runH2load }
    : { name: `grpc-js client, ${shape}`, run: runGrpcJs };
}

async function runH2load({ address, token }: CallTarget, request: Buffer, calls: number): Promise<number> {
  const { callsPerSecond } = await h2load({
    ...{ url: `http://${address}${PATH}`, request, calls },
    ...{ connections: CONNECTIONS, streamsPerConnection: STREAMS_PER_CONNECTION },
    ...(token === undefined ? {} : { headers: [`authorization: Bearer ${token}`] }),
  });
  return callsPerSecond;
}

async function runGrpcJs({ address, token }: CallTarget, request: Buffer, count: number): Promise<number> {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  const identity = (bytes: Buffer): Buffer => bytes;
  const clients = Array.from(
    { length: CONNECTIONS },
    () => new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 }),
  );
  const one = (client: Client): Promise<void> =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(PATH, identity, identity, request, metadata, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  let left = count;
  const startedMs = performance.now();
  const lanes = clients.flatMap((client) =>
    Array.from({ length: STREAMS_PER_CONNECTION }, async () => {
      while (left-- > 0) await one(client);
    }),
  );
  await Promise.all(lanes);
  const seconds = (performance.now() - startedMs) / 1000;
  for (const client of clients) client.close();
  return count / seconds;
}

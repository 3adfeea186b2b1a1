import type { PackageDefinition } from '@grpc/proto-loader';
import type { ServerCredentials } from '@grpc/grpc-js';
import { Server } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import {
  KEEPALIVE_TIME_MS,
  KEEPALIVE_TIMEOUT_MS,
  MESSAGE_BYTES_MAX,
  STREAMS_PER_CONNECTION_MAX,
} from '../limits.js';
import type { Service } from './bytes-service.js';
import type { Connections } from './connections.js';

export interface GrpcServerOptions {
  readonly services: readonly Service[];
  /** Learns what each connection proves about its client. */
  readonly connections: Connections;
  /** What reflection shows; absent: no reflection. */
  readonly reflected?: PackageDefinition | undefined;
  readonly keepalive?: Keepalive;
}

/** How dead peers are found, milliseconds. */
export interface Keepalive {
  /** From one ping to the next. */
  readonly timeMs: number;
  /** How long its answer may take. */
  readonly timeoutMs: number;
}

const KEEPALIVE: Keepalive = { timeMs: KEEPALIVE_TIME_MS, timeoutMs: KEEPALIVE_TIMEOUT_MS };

/** What carries calls, whatever they are about: bounds of the transport, health, reflection, and how it goes away. */
export class GrpcServer {
  readonly #server: Server;
  readonly #health = new HealthImplementation();
  readonly #serviceNames: readonly string[];
  readonly #connections: Connections;
  #address = '';

  /** Health says NOT_SERVING until it is told otherwise. */
  constructor({ services, connections, reflected, keepalive = KEEPALIVE }: GrpcServerOptions) {
    this.#server = new Server({
      'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
      'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
      'grpc.keepalive_time_ms': keepalive.timeMs,
      'grpc.keepalive_timeout_ms': keepalive.timeoutMs,
      'grpc.max_concurrent_streams': STREAMS_PER_CONNECTION_MAX,
      'grpc.enable_channelz': 0,
    });
    this.#connections = connections;
    this.#serviceNames = services.map(({ name }) => name);
    for (const { definition, implementation } of services)
      this.#server.addService(definition, implementation);
    this.setServing(false);
    this.#health.addToServer(this.#server);
    if (reflected !== undefined) new ReflectionService(reflected).addToServer(this.#server);
  }

  /** Listens; port 0 takes any that is free. The port that was bound. */
  async listen(host: string, port: number, credentials: ServerCredentials): Promise<number> {
    const bound = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(`${host}:${String(port)}`, credentials, (error, found) => {
        if (error === null) resolve(found);
        else reject(error);
      });
    });
    this.#connections.watch(this.#server);
    this.#address = `${host}:${String(bound)}`;
    return bound;
  }

  /** What health says of every service and, under the empty name, of the whole server. */
  setServing(isServing: boolean): void {
    for (const name of ['', ...this.#serviceNames])
      this.#health.setStatus(name, isServing ? 'SERVING' : 'NOT_SERVING');
  }

  /** Asks connections to close (GOAWAY) and takes no new ones; cancels what is left after `graceMs`. */
  drain(graceMs: number): void {
    this.#server.drain(this.#address, graceMs);
  }

  /** Cuts off every call: a health watch would hold a graceful shutdown open for ever. */
  close(): void {
    this.#server.forceShutdown();
  }
}

import type { Client } from '@grpc/grpc-js';
import { afterAll, beforeAll } from 'vitest';
import type { StartOptions } from '../../src/rpc/start-server.js';
import { ensureBuilt } from './built.js';
import type { TestServer } from './test-server.js';
import { rawClient, startTestServer } from './test-server.js';

export interface SharedServer {
  readonly server: TestServer;
  readonly client: Client;
}

/** One server with one client for all tests of a file; there from the first test to the last. */
export function sharedServer(options: Partial<StartOptions>): SharedServer {
  let running: SharedServer | undefined;
  const started = (): SharedServer => {
    if (running === undefined) throw new Error('the server of a file is there in its tests only');
    return running;
  };
  beforeAll(async () => {
    ensureBuilt();
    const server = await startTestServer(options);
    running = { server, client: rawClient(server.address) };
  }, 120_000);
  afterAll(async () => {
    running?.client.close();
    await running?.server.stop();
  });
  return {
    get server() {
      return started().server;
    },
    get client() {
      return started().client;
    },
  };
}

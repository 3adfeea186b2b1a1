/** A server on a journal in a process of its own, on a clock that the test sets, to be killed and started again. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Client } from '@grpc/grpc-js';
import { REPOSITORY } from './folders.js';
import { rawClient } from './test-server.js';

export interface ClockedServer {
  readonly client: Client;
  /** Resolves when the server's clock stands at this time, milliseconds since 1970. */
  setClock(timeMs: number): Promise<void>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** `ensureBuilt` must have run. */
export async function startClockedServer(
  marketFile: string,
  journalFolder: string,
  timeMs: number,
): Promise<ClockedServer> {
  const child = fork(path.join(REPOSITORY, 'test/support/clocked-server.mjs'), [marketFile, journalFolder], {
    execArgv: [],
  });
  const gone = once(child, 'exit');
  const ended = gone.then((): never => {
    throw new Error('the server ended');
  });
  ended.catch(() => undefined);
  const answer = async (timeMs: number): Promise<unknown> => {
    const received = once(child, 'message');
    child.send(timeMs);
    const [message] = (await Promise.race([received, ended])) as unknown[];
    return message;
  };
  const client = rawClient(String(await answer(timeMs)));
  return {
    client,
    setClock: async (time) => {
      await answer(time);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
      client.close();
    },
  };
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * The server, on a market of long ago or of now, which ticks may move; or a bare one that answers every call with the same report: with the
 * usual codec, or with bytes.
 */
export type ServerKind = 'margincube' | 'margincube-now' | 'echo' | 'echo-bytes' | 'echo-checks';

export type ChildRequest = 'start' | 'stop';
export type ChildReply = { readonly address: string } | ServerUse;

/** What the server has used since the last `start`. */
export interface ServerUse {
  /** Of its event loop. */
  readonly busyMs: number;
  readonly idleMs: number;
  /** Processor time of its process, all threads. */
  readonly cpuMs: number;
}

export interface ServerProcess {
  readonly address: string;
  /** Asks what the server has used; `start` begins a new window. */
  use(request: ChildRequest): Promise<ServerUse>;
  stop(): void;
}

export interface ServerProcessOptions {
  /** Absent: the server's default. */
  readonly workers?: number;
  /** What a bare server answers. */
  readonly answer?: Buffer;
  /** Who may call; absent: everybody. */
  readonly accessFile?: string;
}

export async function startServerProcess(
  kind: ServerKind,
  { workers = 0, answer = Buffer.alloc(0), accessFile = '' }: ServerProcessOptions = {},
): Promise<ServerProcess> {
  const child = fork(fileURLToPath(new URL('./server-child.js', import.meta.url)), [
    kind,
    String(workers),
    answer.toString('base64'),
    accessFile,
  ]);
  const next = async (): Promise<ChildReply> => {
    const [message] = (await once(child, 'message')) as [ChildReply];
    return message;
  };
  const exited = once(child, 'exit').then(() => {
    throw new Error(`the ${kind} server ended`);
  });
  exited.catch(() => undefined);
  const first = await Promise.race([next(), exited]);
  if (!('address' in first)) throw new Error('the server gave no address');
  return {
    address: first.address,
    use: async (request) => {
      child.send(request);
      const use = await next();
      if (!('busyMs' in use)) throw new Error('the server does not say what it has used');
      return use;
    },
    stop: () => {
      child.disconnect();
    },
  };
}

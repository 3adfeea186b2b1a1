import WebSocket from 'ws';
import type { JsonRecord } from '../../market/venues/deribit/json-rpc.js';
import { isRecord } from '../../market/venues/deribit/json-rpc.js';
import { VENUE_MESSAGE_BYTES_MAX } from '../../limits.js';

/** The venue answered a request with an error. */
export class VenueError extends Error {
  override readonly name = 'VenueError';

  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

const CALL_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 10_000;

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** JSON-RPC 2.0 over one WebSocket: calls with their answers, and what comes unasked. */
export class RpcSocket {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  /** When anything was last heard, by the clock of the process. */
  lastHeardMs = performance.now();
  /** Resolves when the connection is gone, for whatever reason. */
  readonly closed: Promise<void>;

  private constructor(socket: WebSocket, onNotification: (message: JsonRecord) => void) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        for (const { reject, timer } of this.#pending.values()) {
          clearTimeout(timer);
          reject(new Error('the connection closed before the answer came'));
        }
        this.#pending.clear();
        resolve();
      });
    });
    socket.on('message', (bytes: Buffer) => {
      this.lastHeardMs = performance.now();
      this.#receive(bytes.toString('utf8'), onNotification);
    });
    // What goes wrong closes the socket, which is what the others wait for.
    socket.on('error', () => undefined);
  }

  /** Rejects when there is no connection in time. */
  static open(url: string, onNotification: (message: JsonRecord) => void): Promise<RpcSocket> {
    const socket = new WebSocket(url, {
      handshakeTimeout: CONNECT_TIMEOUT_MS,
      maxPayload: VENUE_MESSAGE_BYTES_MAX,
      perMessageDeflate: false,
    });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('open', () => {
        socket.off('error', reject);
        resolve(new RpcSocket(socket, onNotification));
      });
    });
  }

  /** The result of a request; rejects with `VenueError`, or when the connection or the patience ends. */
  call(method: string, params: JsonRecord): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new Error(`no answer to ${method} within ${String(CALL_TIMEOUT_MS)} ms`));
      }, CALL_TIMEOUT_MS);
      this.#pending.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  }

  /** Ends the connection without a farewell: a peer that is silent answers none. */
  end(): void {
    this.#socket.terminate();
  }

  #receive(text: string, onNotification: (message: JsonRecord) => void): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      // A venue that sends no JSON is not the venue.
      this.end();
      return;
    }
    if (!isRecord(message)) return;
    if (typeof message.id !== 'number') {
      onNotification(message);
      return;
    }
    const waiting = this.#pending.get(message.id);
    if (waiting === undefined) return;
    this.#pending.delete(message.id);
    clearTimeout(waiting.timer);
    if (isRecord(message.error)) {
      const { code, message: words } = message.error;
      waiting.reject(new VenueError(Number(code), String(words)));
    } else waiting.resolve(message.result);
  }
}

/** A server on loopback that speaks the documented messages of Deribit's public WebSocket API and plays a recorded chain. */
import { readFileSync, readdirSync } from 'node:fs';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

type Row = Record<string, unknown>;
interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: Row;
}

export class DeribitReplay {
  /** Methods that were called, with their parameters, in order. */
  readonly requests: Request[] = [];
  /** Instruments that are not listed yet. */
  readonly unlisted = new Set<string>();
  /** How many of the next requests are too many. */
  tooMany = 0;
  readonly #server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  readonly #sockets = new Set<WebSocket>();
  readonly #responses = new Map<string, unknown>();
  readonly #changeId = new Map<string, number>();

  private constructor(folder: string) {
    for (const name of readdirSync(folder)) {
      const parsed = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as { result: unknown };
      this.#responses.set(path.basename(name, '.json'), parsed.result);
    }
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('message', (bytes: Buffer) => {
        this.#answer(socket, JSON.parse(bytes.toString('utf8')) as Request);
      });
    });
  }

  /** `folder` holds responses of the API, one file each. */
  static async open(folder: string): Promise<DeribitReplay> {
    const replay = new DeribitReplay(folder);
    await once(replay.#server, 'listening');
    return replay;
  }

  get url(): string {
    return `ws://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  calls(method: string): readonly Request[] {
    return this.requests.filter((request) => request.method === method);
  }

  rows(response: string): Row[] {
    return (this.#responses.get(response) ?? []) as Row[];
  }

  /** Sends a notification of a channel to everybody. */
  publish(channel: string, data: unknown): void {
    for (const socket of this.#sockets) notify(socket, channel, data);
  }

  /** A change of a book that follows the one before it, or one that leaves a gap. */
  publishBook(instrument: string, bids: unknown[], isAfterGap = false): void {
    const previous = (this.#changeId.get(instrument) ?? 0) + (isAfterGap ? 5 : 0);
    this.#changeId.set(instrument, previous + 1);
    this.publish(`book.${instrument}.100ms`, {
      type: 'change',
      instrument_name: instrument,
      timestamp: this.timeMs,
      change_id: previous + 1,
      prev_change_id: previous,
      bids,
      asks: [],
    });
  }

  /** Asks everybody for a sign of life. */
  requestTest(): void {
    for (const socket of this.#sockets)
      send(socket, { method: 'heartbeat', params: { type: 'test_request' } });
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  /** When the chain was recorded. */
  get timeMs(): number {
    return Number(this.rows('book_summary_BTC_option')[0]?.creation_timestamp);
  }

  #answer(socket: WebSocket, request: Request): void {
    this.requests.push(request);
    const { id, method, params } = request;
    if (this.tooMany > 0) {
      this.tooMany -= 1;
      send(socket, { id, error: { code: 10_028, message: 'too_many_requests' } });
      return;
    }
    send(socket, { id, result: this.#result(method, params) });
    if (method !== 'public/subscribe') return;
    for (const channel of params.channels as string[]) this.#begin(socket, channel);
  }

  #result(method: string, { currency, index_name: index, channels }: Row): unknown {
    const both = (name: string): Row[] =>
      ['option', 'future']
        .flatMap((kind) => this.rows(`${name}_${String(currency)}_${kind}`))
        .filter((row) => !this.unlisted.has(String(row.instrument_name)));
    switch (method) {
      case 'public/get_index_price':
        return this.#responses.get(`index_price_${String(index)}`);
      case 'public/get_instruments':
        return both('instruments');
      case 'public/get_book_summary_by_currency':
        return both('book_summary');
      case 'public/subscribe':
      case 'public/unsubscribe':
        return channels;
      default:
        return 'ok';
    }
  }

  /** What a channel says first: a ticker or an index as it is, the whole of a book. */
  #begin(socket: WebSocket, channel: string): void {
    const [kind, name = ''] = channel.split('.');
    if (kind === 'book') {
      this.#changeId.set(name, 1);
      const data = { type: 'snapshot', instrument_name: name, timestamp: this.timeMs, change_id: 1 };
      notify(socket, channel, { ...data, bids: [['new', 100, 10]], asks: [['new', 1_000_000, 10]] });
    }
    if (kind === 'deribit_price_index') {
      const { index_price: price } = this.#responses.get(`index_price_${name}`) as Row;
      notify(socket, channel, { index_name: name, timestamp: this.timeMs, price });
    }
  }
}

function notify(socket: WebSocket, channel: string, data: unknown): void {
  send(socket, { method: 'subscription', params: { channel, data } });
}

function send(socket: WebSocket, message: object): void {
  socket.send(JSON.stringify({ jsonrpc: '2.0', ...message }));
}

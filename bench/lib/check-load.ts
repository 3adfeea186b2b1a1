import { Client, credentials } from '@grpc/grpc-js';

const PATH = '/margincube.v1.MarginService/CheckOrders';

/** Requests that are on their way at once: a trading system that quotes a few instruments. */
const WINDOW = 16;

const identity = (bytes: Buffer): Buffer => bytes;

/** One stream on one connection that keeps `WINDOW` requests on their way. */
export class CheckLoad {
  readonly #client: Client;
  readonly #stream;
  #onAnswer: (answer: Buffer) => void = () => undefined;

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
    this.#stream = this.#client.makeBidiStreamRequest(PATH, identity, identity);
    this.#stream.on('data', (answer: Buffer) => {
      this.#onAnswer(answer);
    });
  }

  /** Sends the requests in turn until `count` are answered; answers per second. */
  run(requests: readonly Buffer[], count: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#stream.once('error', reject);
      let sent = 0;
      let answered = 0;
      const send = (): void => {
        this.#stream.write(requests[sent % requests.length] ?? Buffer.alloc(0));
        sent += 1;
      };
      const startedMs = performance.now();
      this.#onAnswer = () => {
        answered += 1;
        if (sent < count) send();
        if (answered < count) return;
        this.#stream.removeListener('error', reject);
        resolve((1_000 * count) / (performance.now() - startedMs));
      };
      for (let n = 0; n < Math.min(WINDOW, count); n += 1) send();
    });
  }

  /** What the server says to each request. */
  answers(requests: readonly Buffer[]): Promise<Buffer[]> {
    return new Promise((resolve, reject) => {
      this.#stream.once('error', reject);
      const received: Buffer[] = [];
      this.#onAnswer = (answer) => {
        received.push(answer);
        if (received.length < requests.length) return;
        this.#stream.removeListener('error', reject);
        resolve(received);
      };
      for (const request of requests) this.#stream.write(request);
    });
  }

  close(): void {
    // Nothing is asked of the server any more: it may be stopped before the stream has ended.
    this.#stream.on('error', () => undefined);
    this.#stream.end();
    this.#client.close();
  }
}

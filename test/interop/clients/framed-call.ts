/** gRPC by hand over Node's HTTP/2: flags of single messages, headers and resets can be set and seen. */
import { once } from 'node:events';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { constants } from 'node:http2';
import { gzipSync } from 'node:zlib';

/** Before every message: whether it is compressed, and its length. */
const PREFIX_BYTES = 5;

export interface FramedAnswer {
  /** The flag of the message; its bytes are as they came. */
  readonly isCompressed: boolean;
  readonly bytes: Buffer;
}

export interface FramedEnd {
  readonly answers: readonly FramedAnswer[];
  readonly code: number;
  readonly message: string;
  readonly initial: IncomingHttpHeaders;
  readonly trailing: IncomingHttpHeaders;
}

export class FramedCall {
  readonly #stream: ClientHttp2Stream;
  readonly #answers: FramedAnswer[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #initial: IncomingHttpHeaders = {};
  #trailing: IncomingHttpHeaders | undefined;

  /** @param path `/package.Service/Method`. @param headers beside those that gRPC asks for. */
  constructor(session: ClientHttp2Session, path: string, headers: Readonly<Record<string, string>> = {}) {
    const stream = session.request({
      ...{ ':method': 'POST', ':path': path, te: 'trailers', 'content-type': 'application/grpc' },
      ...{ 'grpc-timeout': '20S', ...headers },
    });
    this.#stream = stream;
    stream.on('response', (received) => (this.#initial = received));
    stream.on('trailers', (received: IncomingHttpHeaders) => (this.#trailing = received));
    stream.on('data', (chunk: Buffer) => {
      this.#read(chunk);
    });
  }

  send(message: Buffer, flag: 'plain' | 'compressed' = 'plain'): this {
    return this.#write(flag === 'compressed', flag === 'compressed' ? gzipSync(message) : message);
  }

  /** Says that a message is compressed which is not. */
  sendFlagged(message: Buffer): this {
    return this.#write(true, message);
  }

  /** No further requests; waits for the end. */
  end(): Promise<FramedEnd> {
    this.#stream.end();
    return this.ended();
  }

  /** Resolves with the answer of this index; rejects when the stream ends without it. */
  async answer(index: number): Promise<FramedAnswer> {
    for (;;) {
      const found = this.#answers[index];
      if (found !== undefined) return found;
      if (this.#stream.readableEnded) throw new Error(`the call ended without answer ${String(index)}`);
      await Promise.race([once(this.#stream, 'data'), once(this.#stream, 'end')]);
    }
  }

  /** Waits for the server's status, however the requests stand. */
  async ended(): Promise<FramedEnd> {
    if (!this.#stream.readableEnded) await once(this.#stream, 'end');
    // What has no message has its status in the only headers.
    const trailing = this.#trailing ?? this.#initial;
    const status = trailing['grpc-status'];
    if (status === undefined) throw new Error('the call ended without a status');
    return {
      answers: this.#answers,
      code: Number(status),
      message: decodeURIComponent(String(trailing['grpc-message'] ?? '')),
      initial: this.#initial,
      trailing,
    };
  }

  /** Resets the stream; true where it ended by that and without a status. */
  async cancel(): Promise<boolean> {
    this.#stream.close(constants.NGHTTP2_CANCEL);
    if (!this.#stream.closed || !this.#stream.destroyed) await once(this.#stream, 'close');
    return this.#stream.rstCode === constants.NGHTTP2_CANCEL && this.#trailing === undefined;
  }

  #write(isFlagged: boolean, bytes: Buffer): this {
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeUInt8(isFlagged ? 1 : 0, 0);
    prefix.writeUInt32BE(bytes.length, 1);
    this.#stream.write(Buffer.concat([prefix, bytes]));
    return this;
  }

  #read(chunk: Buffer): void {
    let rest = Buffer.concat([this.#rest, chunk]);
    while (rest.length >= PREFIX_BYTES) {
      const end = PREFIX_BYTES + rest.readUInt32BE(1);
      if (rest.length < end) break;
      this.#answers.push({ isCompressed: rest.readUInt8(0) === 1, bytes: rest.subarray(PREFIX_BYTES, end) });
      rest = rest.subarray(end);
    }
    this.#rest = rest;
  }
}

import type { Client, ClientDuplexStream, ClientReadableStream } from '@grpc/grpc-js';
import type { Portfolio } from '../domain/portfolio.js';
import type { Calculation } from '../gen/margincube/v1/Calculation.js';
import type { MarginUpdateBatch__Output } from '../gen/margincube/v1/MarginUpdateBatch.js';
import { portfolioToMessage } from '../wire/convert/portfolio.js';
import { AnsweredStream } from './answered-stream.js';
import type { ClientOptions } from './connection.js';
import { connect } from './connection.js';
import { followMargins } from './follow-margins.js';
import type { Newest } from './follow-newest.js';
import { followNewest } from './follow-newest.js';
import { MarginBatch } from './margin-batch.js';
import type { RequestOf, ResponseOf, UnaryMethod } from './methods.js';
import { wireMethod } from './methods.js';
import { readBatchPart } from './portfolio-outcome.js';
import type { CallOptions } from './unary-call.js';
import { cancelOn, deadlineOf, unaryCall } from './unary-call.js';

/** Calls a server. One instance holds one connection; `close` it. Calls reject with grpc-js's `ServiceError`: `refusalOf` says why. */
export class MarginClient {
  readonly #client: Client;

  /** @param address `host:port`. */
  constructor(address: string, options: ClientOptions = {}) {
    this.#client = connect(address, options);
  }

  /** Any method with one request and one answer, as messages of the contract, e.g. `PortfolioService/GetPortfolio`. */
  call<Method extends UnaryMethod>(
    method: Method,
    request: RequestOf<Method>,
    options?: CallOptions,
  ): Promise<ResponseOf<Method>> {
    return unaryCall(this.#client, method, request, options);
  }

  /** The margin of one portfolio. */
  calculateMargin(
    calculation: Calculation,
    portfolio: Portfolio,
    options?: CallOptions,
  ): Promise<ResponseOf<'MarginService/CalculateMargin'>> {
    const request = { calculation, portfolio: portfolioToMessage(portfolio) };
    return this.call('MarginService/CalculateMargin', request, options);
  }

  /** The margins of many portfolios, in their order; one bad portfolio is an outcome with an error. */
  batchCalculateMargin(
    calculation: Calculation,
    portfolios: Iterable<Portfolio>,
    options: CallOptions = {},
  ): MarginBatch {
    const { path } = wireMethod('MarginService/BatchCalculateMargin');
    const call = this.#client.makeBidiStreamRequest(
      path,
      (bytes: Buffer) => bytes,
      readBatchPart,
      deadlineOf(options),
    );
    cancelOn(options.signal, call);
    return new MarginBatch(call, calculation, portfolios);
  }

  /** The pre-trade gate: a decision for every order, in order. */
  checkOrders(options?: CallOptions): AnswersOf<'MarginService/CheckOrders'> {
    return new AnsweredStream(this.#openDuplex('MarginService/CheckOrders', options));
  }

  /** Events of accounts; the answer to each request comes when they are durable. */
  recordEvents(options?: CallOptions): AnswersOf<'PortfolioService/RecordEvents'> {
    return new AnsweredStream(this.#openDuplex('PortfolioService/RecordEvents', options));
  }

  /** Market data, taken value by value. */
  publishMarketData(options?: CallOptions): AnswersOf<'MarketDataService/PublishMarketData'> {
    return new AnsweredStream(this.#openDuplex('MarketDataService/PublishMarketData', options));
  }

  /**
   * Margins of accounts as they change: the present state first, then changes, until the signal comes or the loop is left. Where a
   * connection is lost no change of state is missed; a server that was started again tells the present state anew (`initialState`).
   */
  followMargins(
    request: RequestOf<'MarginService/StreamMargin'>,
    signal?: AbortSignal,
  ): AsyncGenerator<MarginUpdateBatch__Output, void> {
    const open = this.#openStream('MarginService/StreamMargin');
    return followMargins(open, request, signal);
  }

  /**
   * Marks as they change, the newest of every instrument: all of them first (`startsOver`), then those that differ, until the signal comes
   * or the loop is left. Where a connection is lost, or the server started again, the next message starts over.
   */
  followMarks(
    request: RequestOf<'MarketDataService/StreamMarks'> = {},
    signal?: AbortSignal,
  ): AsyncGenerator<Newest<ResponseOf<'MarketDataService/StreamMarks'>>, void> {
    const open = this.#openStream('MarketDataService/StreamMarks');
    return followNewest(() => open(request), signal);
  }

  /**
   * Sums of risk as they change, by the keys of a level: every key first (`startsOver`), then those that differ, until the signal comes or
   * the loop is left. Where a connection is lost, or the server started again, the next message starts over: a key that does not come
   * again is gone.
   */
  followRisk(
    request: RequestOf<'RiskService/StreamRisk'>,
    signal?: AbortSignal,
  ): AsyncGenerator<Newest<ResponseOf<'RiskService/StreamRisk'>>, void> {
    const open = this.#openStream('RiskService/StreamRisk');
    return followNewest(() => open(request), signal);
  }

  close(): void {
    this.#client.close();
  }

  #openStream<Method extends string>(
    method: Method,
  ): (request: RequestOf<Method>) => ClientReadableStream<ResponseOf<Method>> {
    const { path, encode, decode } = wireMethod(method);
    return (request) => this.#client.makeServerStreamRequest(path, encode, decode, request);
  }

  #openDuplex<Method extends string>(
    method: Method,
    options: CallOptions = {},
  ): ClientDuplexStream<RequestOf<Method>, ResponseOf<Method>> {
    const { path, encode, decode } = wireMethod(method);
    const call = this.#client.makeBidiStreamRequest(path, encode, decode, deadlineOf(options));
    cancelOn(options.signal, call);
    return call;
  }
}

type AnswersOf<Method extends string> = AnsweredStream<RequestOf<Method>, ResponseOf<Method>>;

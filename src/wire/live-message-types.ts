import type {
  PublishMarketDataRequest,
  PublishMarketDataRequest__Output,
} from '../gen/margincube/v1/PublishMarketDataRequest.js';
import type {
  PublishMarketDataResponse,
  PublishMarketDataResponse__Output,
} from '../gen/margincube/v1/PublishMarketDataResponse.js';
import type {
  StreamMarksRequest,
  StreamMarksRequest__Output,
} from '../gen/margincube/v1/StreamMarksRequest.js';
import type {
  StreamMarksResponse,
  StreamMarksResponse__Output,
} from '../gen/margincube/v1/StreamMarksResponse.js';
import type {
  StreamMarginRequest,
  StreamMarginRequest__Output,
} from '../gen/margincube/v1/StreamMarginRequest.js';
import type {
  StreamMarginResponse,
  StreamMarginResponse__Output,
} from '../gen/margincube/v1/StreamMarginResponse.js';
import type {
  GetMarginAsOfRequest,
  GetMarginAsOfRequest__Output,
} from '../gen/margincube/v1/GetMarginAsOfRequest.js';
import type {
  GetMarginAsOfResponse,
  GetMarginAsOfResponse__Output,
} from '../gen/margincube/v1/GetMarginAsOfResponse.js';
import type { ListCallsRequest, ListCallsRequest__Output } from '../gen/margincube/v1/ListCallsRequest.js';
import type { ListCallsResponse, ListCallsResponse__Output } from '../gen/margincube/v1/ListCallsResponse.js';

/** Messages of the market feed and of the streams that follow it (`message-types.ts`). */
export interface LiveMessageTypes {
  readonly 'margincube.v1.PublishMarketDataRequest': {
    readonly input: PublishMarketDataRequest;
    readonly output: PublishMarketDataRequest__Output;
  };
  readonly 'margincube.v1.PublishMarketDataResponse': {
    readonly input: PublishMarketDataResponse;
    readonly output: PublishMarketDataResponse__Output;
  };
  readonly 'margincube.v1.StreamMarksRequest': {
    readonly input: StreamMarksRequest;
    readonly output: StreamMarksRequest__Output;
  };
  readonly 'margincube.v1.StreamMarksResponse': {
    readonly input: StreamMarksResponse;
    readonly output: StreamMarksResponse__Output;
  };
  readonly 'margincube.v1.StreamMarginRequest': {
    readonly input: StreamMarginRequest;
    readonly output: StreamMarginRequest__Output;
  };
  readonly 'margincube.v1.StreamMarginResponse': {
    readonly input: StreamMarginResponse;
    readonly output: StreamMarginResponse__Output;
  };
  readonly 'margincube.v1.GetMarginAsOfRequest': {
    readonly input: GetMarginAsOfRequest;
    readonly output: GetMarginAsOfRequest__Output;
  };
  readonly 'margincube.v1.GetMarginAsOfResponse': {
    readonly input: GetMarginAsOfResponse;
    readonly output: GetMarginAsOfResponse__Output;
  };
  readonly 'margincube.v1.ListCallsRequest': {
    readonly input: ListCallsRequest;
    readonly output: ListCallsRequest__Output;
  };
  readonly 'margincube.v1.ListCallsResponse': {
    readonly input: ListCallsResponse;
    readonly output: ListCallsResponse__Output;
  };
}

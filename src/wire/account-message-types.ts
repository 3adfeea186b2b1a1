import type {
  PutPortfolioRequest,
  PutPortfolioRequest__Output,
} from '../gen/margincube/v1/PutPortfolioRequest.js';
import type {
  PutPortfolioResponse,
  PutPortfolioResponse__Output,
} from '../gen/margincube/v1/PutPortfolioResponse.js';
import type {
  RecordEventsRequest,
  RecordEventsRequest__Output,
} from '../gen/margincube/v1/RecordEventsRequest.js';
import type {
  RecordEventsResponse,
  RecordEventsResponse__Output,
} from '../gen/margincube/v1/RecordEventsResponse.js';
import type {
  GetPortfolioRequest,
  GetPortfolioRequest__Output,
} from '../gen/margincube/v1/GetPortfolioRequest.js';
import type {
  GetPortfolioResponse,
  GetPortfolioResponse__Output,
} from '../gen/margincube/v1/GetPortfolioResponse.js';
import type {
  ListPortfoliosRequest,
  ListPortfoliosRequest__Output,
} from '../gen/margincube/v1/ListPortfoliosRequest.js';
import type {
  ListPortfoliosResponse,
  ListPortfoliosResponse__Output,
} from '../gen/margincube/v1/ListPortfoliosResponse.js';
import type {
  CheckOrdersRequest,
  CheckOrdersRequest__Output,
} from '../gen/margincube/v1/CheckOrdersRequest.js';
import type {
  CheckOrdersResponse,
  CheckOrdersResponse__Output,
} from '../gen/margincube/v1/CheckOrdersResponse.js';
import type { SolveSizeRequest, SolveSizeRequest__Output } from '../gen/margincube/v1/SolveSizeRequest.js';
import type { SolveSizeResponse, SolveSizeResponse__Output } from '../gen/margincube/v1/SolveSizeResponse.js';
import type {
  SuggestHedgeRequest,
  SuggestHedgeRequest__Output,
} from '../gen/margincube/v1/SuggestHedgeRequest.js';
import type {
  SuggestHedgeResponse,
  SuggestHedgeResponse__Output,
} from '../gen/margincube/v1/SuggestHedgeResponse.js';

/** Messages of accounts, what-ifs and the pre-trade gate (`MessageTypes` has them all). */
export interface AccountMessageTypes {
  readonly 'margincube.v1.PutPortfolioRequest': {
    readonly input: PutPortfolioRequest;
    readonly output: PutPortfolioRequest__Output;
  };
  readonly 'margincube.v1.PutPortfolioResponse': {
    readonly input: PutPortfolioResponse;
    readonly output: PutPortfolioResponse__Output;
  };
  readonly 'margincube.v1.RecordEventsRequest': {
    readonly input: RecordEventsRequest;
    readonly output: RecordEventsRequest__Output;
  };
  readonly 'margincube.v1.RecordEventsResponse': {
    readonly input: RecordEventsResponse;
    readonly output: RecordEventsResponse__Output;
  };
  readonly 'margincube.v1.GetPortfolioRequest': {
    readonly input: GetPortfolioRequest;
    readonly output: GetPortfolioRequest__Output;
  };
  readonly 'margincube.v1.GetPortfolioResponse': {
    readonly input: GetPortfolioResponse;
    readonly output: GetPortfolioResponse__Output;
  };
  readonly 'margincube.v1.ListPortfoliosRequest': {
    readonly input: ListPortfoliosRequest;
    readonly output: ListPortfoliosRequest__Output;
  };
  readonly 'margincube.v1.ListPortfoliosResponse': {
    readonly input: ListPortfoliosResponse;
    readonly output: ListPortfoliosResponse__Output;
  };
  readonly 'margincube.v1.CheckOrdersRequest': {
    readonly input: CheckOrdersRequest;
    readonly output: CheckOrdersRequest__Output;
  };
  readonly 'margincube.v1.CheckOrdersResponse': {
    readonly input: CheckOrdersResponse;
    readonly output: CheckOrdersResponse__Output;
  };
  readonly 'margincube.v1.SolveSizeRequest': {
    readonly input: SolveSizeRequest;
    readonly output: SolveSizeRequest__Output;
  };
  readonly 'margincube.v1.SolveSizeResponse': {
    readonly input: SolveSizeResponse;
    readonly output: SolveSizeResponse__Output;
  };
  readonly 'margincube.v1.SuggestHedgeRequest': {
    readonly input: SuggestHedgeRequest;
    readonly output: SuggestHedgeRequest__Output;
  };
  readonly 'margincube.v1.SuggestHedgeResponse': {
    readonly input: SuggestHedgeResponse;
    readonly output: SuggestHedgeResponse__Output;
  };
}

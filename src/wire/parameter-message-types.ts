import type {
  PreviewParametersRequest,
  PreviewParametersRequest__Output,
} from '../gen/margincube/v1/PreviewParametersRequest.js';
import type {
  PreviewParametersResponse,
  PreviewParametersResponse__Output,
} from '../gen/margincube/v1/PreviewParametersResponse.js';
import type {
  ProposeParametersRequest,
  ProposeParametersRequest__Output,
} from '../gen/margincube/v1/ProposeParametersRequest.js';
import type {
  ProposeParametersResponse,
  ProposeParametersResponse__Output,
} from '../gen/margincube/v1/ProposeParametersResponse.js';
import type {
  ApproveParametersRequest,
  ApproveParametersRequest__Output,
} from '../gen/margincube/v1/ApproveParametersRequest.js';
import type {
  ApproveParametersResponse,
  ApproveParametersResponse__Output,
} from '../gen/margincube/v1/ApproveParametersResponse.js';
import type {
  FreezeParametersRequest,
  FreezeParametersRequest__Output,
} from '../gen/margincube/v1/FreezeParametersRequest.js';
import type {
  FreezeParametersResponse,
  FreezeParametersResponse__Output,
} from '../gen/margincube/v1/FreezeParametersResponse.js';

/** Messages of ModelService that change parameters, by name. */
export interface ParameterMessageTypes {
  readonly 'margincube.v1.PreviewParametersRequest': {
    readonly input: PreviewParametersRequest;
    readonly output: PreviewParametersRequest__Output;
  };
  readonly 'margincube.v1.PreviewParametersResponse': {
    readonly input: PreviewParametersResponse;
    readonly output: PreviewParametersResponse__Output;
  };
  readonly 'margincube.v1.ProposeParametersRequest': {
    readonly input: ProposeParametersRequest;
    readonly output: ProposeParametersRequest__Output;
  };
  readonly 'margincube.v1.ProposeParametersResponse': {
    readonly input: ProposeParametersResponse;
    readonly output: ProposeParametersResponse__Output;
  };
  readonly 'margincube.v1.ApproveParametersRequest': {
    readonly input: ApproveParametersRequest;
    readonly output: ApproveParametersRequest__Output;
  };
  readonly 'margincube.v1.ApproveParametersResponse': {
    readonly input: ApproveParametersResponse;
    readonly output: ApproveParametersResponse__Output;
  };
  readonly 'margincube.v1.FreezeParametersRequest': {
    readonly input: FreezeParametersRequest;
    readonly output: FreezeParametersRequest__Output;
  };
  readonly 'margincube.v1.FreezeParametersResponse': {
    readonly input: FreezeParametersResponse;
    readonly output: FreezeParametersResponse__Output;
  };
}

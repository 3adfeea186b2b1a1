// Original file: proto/margincube/v1/model_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ApproveParametersRequest as _margincube_v1_ApproveParametersRequest, ApproveParametersRequest__Output as _margincube_v1_ApproveParametersRequest__Output } from '../../margincube/v1/ApproveParametersRequest.js';
import type { ApproveParametersResponse as _margincube_v1_ApproveParametersResponse, ApproveParametersResponse__Output as _margincube_v1_ApproveParametersResponse__Output } from '../../margincube/v1/ApproveParametersResponse.js';
import type { FreezeParametersRequest as _margincube_v1_FreezeParametersRequest, FreezeParametersRequest__Output as _margincube_v1_FreezeParametersRequest__Output } from '../../margincube/v1/FreezeParametersRequest.js';
import type { FreezeParametersResponse as _margincube_v1_FreezeParametersResponse, FreezeParametersResponse__Output as _margincube_v1_FreezeParametersResponse__Output } from '../../margincube/v1/FreezeParametersResponse.js';
import type { GetModelRequest as _margincube_v1_GetModelRequest, GetModelRequest__Output as _margincube_v1_GetModelRequest__Output } from '../../margincube/v1/GetModelRequest.js';
import type { GetModelResponse as _margincube_v1_GetModelResponse, GetModelResponse__Output as _margincube_v1_GetModelResponse__Output } from '../../margincube/v1/GetModelResponse.js';
import type { ListModelsRequest as _margincube_v1_ListModelsRequest, ListModelsRequest__Output as _margincube_v1_ListModelsRequest__Output } from '../../margincube/v1/ListModelsRequest.js';
import type { ListModelsResponse as _margincube_v1_ListModelsResponse, ListModelsResponse__Output as _margincube_v1_ListModelsResponse__Output } from '../../margincube/v1/ListModelsResponse.js';
import type { PreviewParametersRequest as _margincube_v1_PreviewParametersRequest, PreviewParametersRequest__Output as _margincube_v1_PreviewParametersRequest__Output } from '../../margincube/v1/PreviewParametersRequest.js';
import type { PreviewParametersResponse as _margincube_v1_PreviewParametersResponse, PreviewParametersResponse__Output as _margincube_v1_PreviewParametersResponse__Output } from '../../margincube/v1/PreviewParametersResponse.js';
import type { ProposeParametersRequest as _margincube_v1_ProposeParametersRequest, ProposeParametersRequest__Output as _margincube_v1_ProposeParametersRequest__Output } from '../../margincube/v1/ProposeParametersRequest.js';
import type { ProposeParametersResponse as _margincube_v1_ProposeParametersResponse, ProposeParametersResponse__Output as _margincube_v1_ProposeParametersResponse__Output } from '../../margincube/v1/ProposeParametersResponse.js';

export interface ModelServiceClient extends grpc.Client {
  ApproveParameters(argument: _margincube_v1_ApproveParametersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ApproveParametersResponse__Output>): grpc.ClientUnaryCall;
  ApproveParameters(argument: _margincube_v1_ApproveParametersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_ApproveParametersResponse__Output>): grpc.ClientUnaryCall;
  ApproveParameters(argument: _margincube_v1_ApproveParametersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ApproveParametersResponse__Output>): grpc.ClientUnaryCall;
  ApproveParameters(argument: _margincube_v1_ApproveParametersRequest, callback: grpc.requestCallback<_margincube_v1_ApproveParametersResponse__Output>): grpc.ClientUnaryCall;
  approveParameters(argument: _margincube_v1_ApproveParametersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ApproveParametersResponse__Output>): grpc.ClientUnaryCall;
  approveParameters(argument: _margincube_v1_ApproveParametersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_ApproveParametersResponse__Output>): grpc.ClientUnaryCall;
  approveParameters(argument: _margincube_v1_ApproveParametersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ApproveParametersResponse__Output>): grpc.ClientUnaryCall;
  approveParameters(argument: _margincube_v1_ApproveParametersRequest, callback: grpc.requestCallback<_margincube_v1_ApproveParametersResponse__Output>): grpc.ClientUnaryCall;
  
  FreezeParameters(argument: _margincube_v1_FreezeParametersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_FreezeParametersResponse__Output>): grpc.ClientUnaryCall;
  FreezeParameters(argument: _margincube_v1_FreezeParametersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_FreezeParametersResponse__Output>): grpc.ClientUnaryCall;
  FreezeParameters(argument: _margincube_v1_FreezeParametersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_FreezeParametersResponse__Output>): grpc.ClientUnaryCall;
  FreezeParameters(argument: _margincube_v1_FreezeParametersRequest, callback: grpc.requestCallback<_margincube_v1_FreezeParametersResponse__Output>): grpc.ClientUnaryCall;
  freezeParameters(argument: _margincube_v1_FreezeParametersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_FreezeParametersResponse__Output>): grpc.ClientUnaryCall;
  freezeParameters(argument: _margincube_v1_FreezeParametersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_FreezeParametersResponse__Output>): grpc.ClientUnaryCall;
  freezeParameters(argument: _margincube_v1_FreezeParametersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_FreezeParametersResponse__Output>): grpc.ClientUnaryCall;
  freezeParameters(argument: _margincube_v1_FreezeParametersRequest, callback: grpc.requestCallback<_margincube_v1_FreezeParametersResponse__Output>): grpc.ClientUnaryCall;
  
  GetModel(argument: _margincube_v1_GetModelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  GetModel(argument: _margincube_v1_GetModelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  GetModel(argument: _margincube_v1_GetModelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  GetModel(argument: _margincube_v1_GetModelRequest, callback: grpc.requestCallback<_margincube_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  getModel(argument: _margincube_v1_GetModelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  getModel(argument: _margincube_v1_GetModelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  getModel(argument: _margincube_v1_GetModelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  getModel(argument: _margincube_v1_GetModelRequest, callback: grpc.requestCallback<_margincube_v1_GetModelResponse__Output>): grpc.ClientUnaryCall;
  
  ListModels(argument: _margincube_v1_ListModelsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  ListModels(argument: _margincube_v1_ListModelsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  ListModels(argument: _margincube_v1_ListModelsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  ListModels(argument: _margincube_v1_ListModelsRequest, callback: grpc.requestCallback<_margincube_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  listModels(argument: _margincube_v1_ListModelsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  listModels(argument: _margincube_v1_ListModelsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  listModels(argument: _margincube_v1_ListModelsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  listModels(argument: _margincube_v1_ListModelsRequest, callback: grpc.requestCallback<_margincube_v1_ListModelsResponse__Output>): grpc.ClientUnaryCall;
  
  PreviewParameters(argument: _margincube_v1_PreviewParametersRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_PreviewParametersResponse__Output>;
  PreviewParameters(argument: _margincube_v1_PreviewParametersRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_PreviewParametersResponse__Output>;
  previewParameters(argument: _margincube_v1_PreviewParametersRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_PreviewParametersResponse__Output>;
  previewParameters(argument: _margincube_v1_PreviewParametersRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_PreviewParametersResponse__Output>;
  
  ProposeParameters(argument: _margincube_v1_ProposeParametersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ProposeParametersResponse__Output>): grpc.ClientUnaryCall;
  ProposeParameters(argument: _margincube_v1_ProposeParametersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_ProposeParametersResponse__Output>): grpc.ClientUnaryCall;
  ProposeParameters(argument: _margincube_v1_ProposeParametersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ProposeParametersResponse__Output>): grpc.ClientUnaryCall;
  ProposeParameters(argument: _margincube_v1_ProposeParametersRequest, callback: grpc.requestCallback<_margincube_v1_ProposeParametersResponse__Output>): grpc.ClientUnaryCall;
  proposeParameters(argument: _margincube_v1_ProposeParametersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ProposeParametersResponse__Output>): grpc.ClientUnaryCall;
  proposeParameters(argument: _margincube_v1_ProposeParametersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_ProposeParametersResponse__Output>): grpc.ClientUnaryCall;
  proposeParameters(argument: _margincube_v1_ProposeParametersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ProposeParametersResponse__Output>): grpc.ClientUnaryCall;
  proposeParameters(argument: _margincube_v1_ProposeParametersRequest, callback: grpc.requestCallback<_margincube_v1_ProposeParametersResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface ModelServiceHandlers extends grpc.UntypedServiceImplementation {
  ApproveParameters: grpc.handleUnaryCall<_margincube_v1_ApproveParametersRequest__Output, _margincube_v1_ApproveParametersResponse>;
  
  FreezeParameters: grpc.handleUnaryCall<_margincube_v1_FreezeParametersRequest__Output, _margincube_v1_FreezeParametersResponse>;
  
  GetModel: grpc.handleUnaryCall<_margincube_v1_GetModelRequest__Output, _margincube_v1_GetModelResponse>;
  
  ListModels: grpc.handleUnaryCall<_margincube_v1_ListModelsRequest__Output, _margincube_v1_ListModelsResponse>;
  
  PreviewParameters: grpc.handleServerStreamingCall<_margincube_v1_PreviewParametersRequest__Output, _margincube_v1_PreviewParametersResponse>;
  
  ProposeParameters: grpc.handleUnaryCall<_margincube_v1_ProposeParametersRequest__Output, _margincube_v1_ProposeParametersResponse>;
  
}

export interface ModelServiceDefinition extends grpc.ServiceDefinition {
  ApproveParameters: MethodDefinition<_margincube_v1_ApproveParametersRequest, _margincube_v1_ApproveParametersResponse, _margincube_v1_ApproveParametersRequest__Output, _margincube_v1_ApproveParametersResponse__Output>
  FreezeParameters: MethodDefinition<_margincube_v1_FreezeParametersRequest, _margincube_v1_FreezeParametersResponse, _margincube_v1_FreezeParametersRequest__Output, _margincube_v1_FreezeParametersResponse__Output>
  GetModel: MethodDefinition<_margincube_v1_GetModelRequest, _margincube_v1_GetModelResponse, _margincube_v1_GetModelRequest__Output, _margincube_v1_GetModelResponse__Output>
  ListModels: MethodDefinition<_margincube_v1_ListModelsRequest, _margincube_v1_ListModelsResponse, _margincube_v1_ListModelsRequest__Output, _margincube_v1_ListModelsResponse__Output>
  PreviewParameters: MethodDefinition<_margincube_v1_PreviewParametersRequest, _margincube_v1_PreviewParametersResponse, _margincube_v1_PreviewParametersRequest__Output, _margincube_v1_PreviewParametersResponse__Output>
  ProposeParameters: MethodDefinition<_margincube_v1_ProposeParametersRequest, _margincube_v1_ProposeParametersResponse, _margincube_v1_ProposeParametersRequest__Output, _margincube_v1_ProposeParametersResponse__Output>
}

// Original file: proto/margincube/v1/margin_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { BatchCalculateMarginRequest as _margincube_v1_BatchCalculateMarginRequest, BatchCalculateMarginRequest__Output as _margincube_v1_BatchCalculateMarginRequest__Output } from '../../margincube/v1/BatchCalculateMarginRequest.js';
import type { BatchCalculateMarginResponse as _margincube_v1_BatchCalculateMarginResponse, BatchCalculateMarginResponse__Output as _margincube_v1_BatchCalculateMarginResponse__Output } from '../../margincube/v1/BatchCalculateMarginResponse.js';
import type { CalculateMarginRequest as _margincube_v1_CalculateMarginRequest, CalculateMarginRequest__Output as _margincube_v1_CalculateMarginRequest__Output } from '../../margincube/v1/CalculateMarginRequest.js';
import type { CalculateMarginResponse as _margincube_v1_CalculateMarginResponse, CalculateMarginResponse__Output as _margincube_v1_CalculateMarginResponse__Output } from '../../margincube/v1/CalculateMarginResponse.js';
import type { CheckOrdersRequest as _margincube_v1_CheckOrdersRequest, CheckOrdersRequest__Output as _margincube_v1_CheckOrdersRequest__Output } from '../../margincube/v1/CheckOrdersRequest.js';
import type { CheckOrdersResponse as _margincube_v1_CheckOrdersResponse, CheckOrdersResponse__Output as _margincube_v1_CheckOrdersResponse__Output } from '../../margincube/v1/CheckOrdersResponse.js';
import type { GetMarginAsOfRequest as _margincube_v1_GetMarginAsOfRequest, GetMarginAsOfRequest__Output as _margincube_v1_GetMarginAsOfRequest__Output } from '../../margincube/v1/GetMarginAsOfRequest.js';
import type { GetMarginAsOfResponse as _margincube_v1_GetMarginAsOfResponse, GetMarginAsOfResponse__Output as _margincube_v1_GetMarginAsOfResponse__Output } from '../../margincube/v1/GetMarginAsOfResponse.js';
import type { ListCallsRequest as _margincube_v1_ListCallsRequest, ListCallsRequest__Output as _margincube_v1_ListCallsRequest__Output } from '../../margincube/v1/ListCallsRequest.js';
import type { ListCallsResponse as _margincube_v1_ListCallsResponse, ListCallsResponse__Output as _margincube_v1_ListCallsResponse__Output } from '../../margincube/v1/ListCallsResponse.js';
import type { SimulateMarginRequest as _margincube_v1_SimulateMarginRequest, SimulateMarginRequest__Output as _margincube_v1_SimulateMarginRequest__Output } from '../../margincube/v1/SimulateMarginRequest.js';
import type { SimulateMarginResponse as _margincube_v1_SimulateMarginResponse, SimulateMarginResponse__Output as _margincube_v1_SimulateMarginResponse__Output } from '../../margincube/v1/SimulateMarginResponse.js';
import type { SolveSizeRequest as _margincube_v1_SolveSizeRequest, SolveSizeRequest__Output as _margincube_v1_SolveSizeRequest__Output } from '../../margincube/v1/SolveSizeRequest.js';
import type { SolveSizeResponse as _margincube_v1_SolveSizeResponse, SolveSizeResponse__Output as _margincube_v1_SolveSizeResponse__Output } from '../../margincube/v1/SolveSizeResponse.js';
import type { StreamMarginRequest as _margincube_v1_StreamMarginRequest, StreamMarginRequest__Output as _margincube_v1_StreamMarginRequest__Output } from '../../margincube/v1/StreamMarginRequest.js';
import type { StreamMarginResponse as _margincube_v1_StreamMarginResponse, StreamMarginResponse__Output as _margincube_v1_StreamMarginResponse__Output } from '../../margincube/v1/StreamMarginResponse.js';
import type { SuggestHedgeRequest as _margincube_v1_SuggestHedgeRequest, SuggestHedgeRequest__Output as _margincube_v1_SuggestHedgeRequest__Output } from '../../margincube/v1/SuggestHedgeRequest.js';
import type { SuggestHedgeResponse as _margincube_v1_SuggestHedgeResponse, SuggestHedgeResponse__Output as _margincube_v1_SuggestHedgeResponse__Output } from '../../margincube/v1/SuggestHedgeResponse.js';

export interface MarginServiceClient extends grpc.Client {
  BatchCalculateMargin(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_BatchCalculateMarginRequest, _margincube_v1_BatchCalculateMarginResponse__Output>;
  BatchCalculateMargin(options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_BatchCalculateMarginRequest, _margincube_v1_BatchCalculateMarginResponse__Output>;
  batchCalculateMargin(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_BatchCalculateMarginRequest, _margincube_v1_BatchCalculateMarginResponse__Output>;
  batchCalculateMargin(options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_BatchCalculateMarginRequest, _margincube_v1_BatchCalculateMarginResponse__Output>;
  
  CalculateMargin(argument: _margincube_v1_CalculateMarginRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_CalculateMarginResponse__Output>): grpc.ClientUnaryCall;
  CalculateMargin(argument: _margincube_v1_CalculateMarginRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_CalculateMarginResponse__Output>): grpc.ClientUnaryCall;
  CalculateMargin(argument: _margincube_v1_CalculateMarginRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_CalculateMarginResponse__Output>): grpc.ClientUnaryCall;
  CalculateMargin(argument: _margincube_v1_CalculateMarginRequest, callback: grpc.requestCallback<_margincube_v1_CalculateMarginResponse__Output>): grpc.ClientUnaryCall;
  calculateMargin(argument: _margincube_v1_CalculateMarginRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_CalculateMarginResponse__Output>): grpc.ClientUnaryCall;
  calculateMargin(argument: _margincube_v1_CalculateMarginRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_CalculateMarginResponse__Output>): grpc.ClientUnaryCall;
  calculateMargin(argument: _margincube_v1_CalculateMarginRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_CalculateMarginResponse__Output>): grpc.ClientUnaryCall;
  calculateMargin(argument: _margincube_v1_CalculateMarginRequest, callback: grpc.requestCallback<_margincube_v1_CalculateMarginResponse__Output>): grpc.ClientUnaryCall;
  
  CheckOrders(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_CheckOrdersRequest, _margincube_v1_CheckOrdersResponse__Output>;
  CheckOrders(options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_CheckOrdersRequest, _margincube_v1_CheckOrdersResponse__Output>;
  checkOrders(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_CheckOrdersRequest, _margincube_v1_CheckOrdersResponse__Output>;
  checkOrders(options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_CheckOrdersRequest, _margincube_v1_CheckOrdersResponse__Output>;
  
  GetMarginAsOf(argument: _margincube_v1_GetMarginAsOfRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetMarginAsOfResponse__Output>): grpc.ClientUnaryCall;
  GetMarginAsOf(argument: _margincube_v1_GetMarginAsOfRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetMarginAsOfResponse__Output>): grpc.ClientUnaryCall;
  GetMarginAsOf(argument: _margincube_v1_GetMarginAsOfRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetMarginAsOfResponse__Output>): grpc.ClientUnaryCall;
  GetMarginAsOf(argument: _margincube_v1_GetMarginAsOfRequest, callback: grpc.requestCallback<_margincube_v1_GetMarginAsOfResponse__Output>): grpc.ClientUnaryCall;
  getMarginAsOf(argument: _margincube_v1_GetMarginAsOfRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetMarginAsOfResponse__Output>): grpc.ClientUnaryCall;
  getMarginAsOf(argument: _margincube_v1_GetMarginAsOfRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetMarginAsOfResponse__Output>): grpc.ClientUnaryCall;
  getMarginAsOf(argument: _margincube_v1_GetMarginAsOfRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetMarginAsOfResponse__Output>): grpc.ClientUnaryCall;
  getMarginAsOf(argument: _margincube_v1_GetMarginAsOfRequest, callback: grpc.requestCallback<_margincube_v1_GetMarginAsOfResponse__Output>): grpc.ClientUnaryCall;
  
  ListCalls(argument: _margincube_v1_ListCallsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListCallsResponse__Output>): grpc.ClientUnaryCall;
  ListCalls(argument: _margincube_v1_ListCallsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_ListCallsResponse__Output>): grpc.ClientUnaryCall;
  ListCalls(argument: _margincube_v1_ListCallsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListCallsResponse__Output>): grpc.ClientUnaryCall;
  ListCalls(argument: _margincube_v1_ListCallsRequest, callback: grpc.requestCallback<_margincube_v1_ListCallsResponse__Output>): grpc.ClientUnaryCall;
  listCalls(argument: _margincube_v1_ListCallsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListCallsResponse__Output>): grpc.ClientUnaryCall;
  listCalls(argument: _margincube_v1_ListCallsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_ListCallsResponse__Output>): grpc.ClientUnaryCall;
  listCalls(argument: _margincube_v1_ListCallsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListCallsResponse__Output>): grpc.ClientUnaryCall;
  listCalls(argument: _margincube_v1_ListCallsRequest, callback: grpc.requestCallback<_margincube_v1_ListCallsResponse__Output>): grpc.ClientUnaryCall;
  
  SimulateMargin(argument: _margincube_v1_SimulateMarginRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SimulateMarginResponse__Output>): grpc.ClientUnaryCall;
  SimulateMargin(argument: _margincube_v1_SimulateMarginRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_SimulateMarginResponse__Output>): grpc.ClientUnaryCall;
  SimulateMargin(argument: _margincube_v1_SimulateMarginRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SimulateMarginResponse__Output>): grpc.ClientUnaryCall;
  SimulateMargin(argument: _margincube_v1_SimulateMarginRequest, callback: grpc.requestCallback<_margincube_v1_SimulateMarginResponse__Output>): grpc.ClientUnaryCall;
  simulateMargin(argument: _margincube_v1_SimulateMarginRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SimulateMarginResponse__Output>): grpc.ClientUnaryCall;
  simulateMargin(argument: _margincube_v1_SimulateMarginRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_SimulateMarginResponse__Output>): grpc.ClientUnaryCall;
  simulateMargin(argument: _margincube_v1_SimulateMarginRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SimulateMarginResponse__Output>): grpc.ClientUnaryCall;
  simulateMargin(argument: _margincube_v1_SimulateMarginRequest, callback: grpc.requestCallback<_margincube_v1_SimulateMarginResponse__Output>): grpc.ClientUnaryCall;
  
  SolveSize(argument: _margincube_v1_SolveSizeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SolveSizeResponse__Output>): grpc.ClientUnaryCall;
  SolveSize(argument: _margincube_v1_SolveSizeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_SolveSizeResponse__Output>): grpc.ClientUnaryCall;
  SolveSize(argument: _margincube_v1_SolveSizeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SolveSizeResponse__Output>): grpc.ClientUnaryCall;
  SolveSize(argument: _margincube_v1_SolveSizeRequest, callback: grpc.requestCallback<_margincube_v1_SolveSizeResponse__Output>): grpc.ClientUnaryCall;
  solveSize(argument: _margincube_v1_SolveSizeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SolveSizeResponse__Output>): grpc.ClientUnaryCall;
  solveSize(argument: _margincube_v1_SolveSizeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_SolveSizeResponse__Output>): grpc.ClientUnaryCall;
  solveSize(argument: _margincube_v1_SolveSizeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SolveSizeResponse__Output>): grpc.ClientUnaryCall;
  solveSize(argument: _margincube_v1_SolveSizeRequest, callback: grpc.requestCallback<_margincube_v1_SolveSizeResponse__Output>): grpc.ClientUnaryCall;
  
  StreamMargin(argument: _margincube_v1_StreamMarginRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_StreamMarginResponse__Output>;
  StreamMargin(argument: _margincube_v1_StreamMarginRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_StreamMarginResponse__Output>;
  streamMargin(argument: _margincube_v1_StreamMarginRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_StreamMarginResponse__Output>;
  streamMargin(argument: _margincube_v1_StreamMarginRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_StreamMarginResponse__Output>;
  
  SuggestHedge(argument: _margincube_v1_SuggestHedgeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SuggestHedgeResponse__Output>): grpc.ClientUnaryCall;
  SuggestHedge(argument: _margincube_v1_SuggestHedgeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_SuggestHedgeResponse__Output>): grpc.ClientUnaryCall;
  SuggestHedge(argument: _margincube_v1_SuggestHedgeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SuggestHedgeResponse__Output>): grpc.ClientUnaryCall;
  SuggestHedge(argument: _margincube_v1_SuggestHedgeRequest, callback: grpc.requestCallback<_margincube_v1_SuggestHedgeResponse__Output>): grpc.ClientUnaryCall;
  suggestHedge(argument: _margincube_v1_SuggestHedgeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SuggestHedgeResponse__Output>): grpc.ClientUnaryCall;
  suggestHedge(argument: _margincube_v1_SuggestHedgeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_SuggestHedgeResponse__Output>): grpc.ClientUnaryCall;
  suggestHedge(argument: _margincube_v1_SuggestHedgeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SuggestHedgeResponse__Output>): grpc.ClientUnaryCall;
  suggestHedge(argument: _margincube_v1_SuggestHedgeRequest, callback: grpc.requestCallback<_margincube_v1_SuggestHedgeResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface MarginServiceHandlers extends grpc.UntypedServiceImplementation {
  BatchCalculateMargin: grpc.handleBidiStreamingCall<_margincube_v1_BatchCalculateMarginRequest__Output, _margincube_v1_BatchCalculateMarginResponse>;
  
  CalculateMargin: grpc.handleUnaryCall<_margincube_v1_CalculateMarginRequest__Output, _margincube_v1_CalculateMarginResponse>;
  
  CheckOrders: grpc.handleBidiStreamingCall<_margincube_v1_CheckOrdersRequest__Output, _margincube_v1_CheckOrdersResponse>;
  
  GetMarginAsOf: grpc.handleUnaryCall<_margincube_v1_GetMarginAsOfRequest__Output, _margincube_v1_GetMarginAsOfResponse>;
  
  ListCalls: grpc.handleUnaryCall<_margincube_v1_ListCallsRequest__Output, _margincube_v1_ListCallsResponse>;
  
  SimulateMargin: grpc.handleUnaryCall<_margincube_v1_SimulateMarginRequest__Output, _margincube_v1_SimulateMarginResponse>;
  
  SolveSize: grpc.handleUnaryCall<_margincube_v1_SolveSizeRequest__Output, _margincube_v1_SolveSizeResponse>;
  
  StreamMargin: grpc.handleServerStreamingCall<_margincube_v1_StreamMarginRequest__Output, _margincube_v1_StreamMarginResponse>;
  
  SuggestHedge: grpc.handleUnaryCall<_margincube_v1_SuggestHedgeRequest__Output, _margincube_v1_SuggestHedgeResponse>;
  
}

export interface MarginServiceDefinition extends grpc.ServiceDefinition {
  BatchCalculateMargin: MethodDefinition<_margincube_v1_BatchCalculateMarginRequest, _margincube_v1_BatchCalculateMarginResponse, _margincube_v1_BatchCalculateMarginRequest__Output, _margincube_v1_BatchCalculateMarginResponse__Output>
  CalculateMargin: MethodDefinition<_margincube_v1_CalculateMarginRequest, _margincube_v1_CalculateMarginResponse, _margincube_v1_CalculateMarginRequest__Output, _margincube_v1_CalculateMarginResponse__Output>
  CheckOrders: MethodDefinition<_margincube_v1_CheckOrdersRequest, _margincube_v1_CheckOrdersResponse, _margincube_v1_CheckOrdersRequest__Output, _margincube_v1_CheckOrdersResponse__Output>
  GetMarginAsOf: MethodDefinition<_margincube_v1_GetMarginAsOfRequest, _margincube_v1_GetMarginAsOfResponse, _margincube_v1_GetMarginAsOfRequest__Output, _margincube_v1_GetMarginAsOfResponse__Output>
  ListCalls: MethodDefinition<_margincube_v1_ListCallsRequest, _margincube_v1_ListCallsResponse, _margincube_v1_ListCallsRequest__Output, _margincube_v1_ListCallsResponse__Output>
  SimulateMargin: MethodDefinition<_margincube_v1_SimulateMarginRequest, _margincube_v1_SimulateMarginResponse, _margincube_v1_SimulateMarginRequest__Output, _margincube_v1_SimulateMarginResponse__Output>
  SolveSize: MethodDefinition<_margincube_v1_SolveSizeRequest, _margincube_v1_SolveSizeResponse, _margincube_v1_SolveSizeRequest__Output, _margincube_v1_SolveSizeResponse__Output>
  StreamMargin: MethodDefinition<_margincube_v1_StreamMarginRequest, _margincube_v1_StreamMarginResponse, _margincube_v1_StreamMarginRequest__Output, _margincube_v1_StreamMarginResponse__Output>
  SuggestHedge: MethodDefinition<_margincube_v1_SuggestHedgeRequest, _margincube_v1_SuggestHedgeResponse, _margincube_v1_SuggestHedgeRequest__Output, _margincube_v1_SuggestHedgeResponse__Output>
}

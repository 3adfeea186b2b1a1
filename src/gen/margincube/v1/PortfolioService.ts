// Original file: proto/margincube/v1/portfolio_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetPortfolioRequest as _margincube_v1_GetPortfolioRequest, GetPortfolioRequest__Output as _margincube_v1_GetPortfolioRequest__Output } from '../../margincube/v1/GetPortfolioRequest.js';
import type { GetPortfolioResponse as _margincube_v1_GetPortfolioResponse, GetPortfolioResponse__Output as _margincube_v1_GetPortfolioResponse__Output } from '../../margincube/v1/GetPortfolioResponse.js';
import type { ListPortfoliosRequest as _margincube_v1_ListPortfoliosRequest, ListPortfoliosRequest__Output as _margincube_v1_ListPortfoliosRequest__Output } from '../../margincube/v1/ListPortfoliosRequest.js';
import type { ListPortfoliosResponse as _margincube_v1_ListPortfoliosResponse, ListPortfoliosResponse__Output as _margincube_v1_ListPortfoliosResponse__Output } from '../../margincube/v1/ListPortfoliosResponse.js';
import type { PutPortfolioRequest as _margincube_v1_PutPortfolioRequest, PutPortfolioRequest__Output as _margincube_v1_PutPortfolioRequest__Output } from '../../margincube/v1/PutPortfolioRequest.js';
import type { PutPortfolioResponse as _margincube_v1_PutPortfolioResponse, PutPortfolioResponse__Output as _margincube_v1_PutPortfolioResponse__Output } from '../../margincube/v1/PutPortfolioResponse.js';
import type { RecordEventsRequest as _margincube_v1_RecordEventsRequest, RecordEventsRequest__Output as _margincube_v1_RecordEventsRequest__Output } from '../../margincube/v1/RecordEventsRequest.js';
import type { RecordEventsResponse as _margincube_v1_RecordEventsResponse, RecordEventsResponse__Output as _margincube_v1_RecordEventsResponse__Output } from '../../margincube/v1/RecordEventsResponse.js';

export interface PortfolioServiceClient extends grpc.Client {
  GetPortfolio(argument: _margincube_v1_GetPortfolioRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetPortfolioResponse__Output>): grpc.ClientUnaryCall;
  GetPortfolio(argument: _margincube_v1_GetPortfolioRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetPortfolioResponse__Output>): grpc.ClientUnaryCall;
  GetPortfolio(argument: _margincube_v1_GetPortfolioRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetPortfolioResponse__Output>): grpc.ClientUnaryCall;
  GetPortfolio(argument: _margincube_v1_GetPortfolioRequest, callback: grpc.requestCallback<_margincube_v1_GetPortfolioResponse__Output>): grpc.ClientUnaryCall;
  getPortfolio(argument: _margincube_v1_GetPortfolioRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetPortfolioResponse__Output>): grpc.ClientUnaryCall;
  getPortfolio(argument: _margincube_v1_GetPortfolioRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetPortfolioResponse__Output>): grpc.ClientUnaryCall;
  getPortfolio(argument: _margincube_v1_GetPortfolioRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetPortfolioResponse__Output>): grpc.ClientUnaryCall;
  getPortfolio(argument: _margincube_v1_GetPortfolioRequest, callback: grpc.requestCallback<_margincube_v1_GetPortfolioResponse__Output>): grpc.ClientUnaryCall;
  
  ListPortfolios(argument: _margincube_v1_ListPortfoliosRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListPortfoliosResponse__Output>): grpc.ClientUnaryCall;
  ListPortfolios(argument: _margincube_v1_ListPortfoliosRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_ListPortfoliosResponse__Output>): grpc.ClientUnaryCall;
  ListPortfolios(argument: _margincube_v1_ListPortfoliosRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListPortfoliosResponse__Output>): grpc.ClientUnaryCall;
  ListPortfolios(argument: _margincube_v1_ListPortfoliosRequest, callback: grpc.requestCallback<_margincube_v1_ListPortfoliosResponse__Output>): grpc.ClientUnaryCall;
  listPortfolios(argument: _margincube_v1_ListPortfoliosRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListPortfoliosResponse__Output>): grpc.ClientUnaryCall;
  listPortfolios(argument: _margincube_v1_ListPortfoliosRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_ListPortfoliosResponse__Output>): grpc.ClientUnaryCall;
  listPortfolios(argument: _margincube_v1_ListPortfoliosRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListPortfoliosResponse__Output>): grpc.ClientUnaryCall;
  listPortfolios(argument: _margincube_v1_ListPortfoliosRequest, callback: grpc.requestCallback<_margincube_v1_ListPortfoliosResponse__Output>): grpc.ClientUnaryCall;
  
  PutPortfolio(argument: _margincube_v1_PutPortfolioRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_PutPortfolioResponse__Output>): grpc.ClientUnaryCall;
  PutPortfolio(argument: _margincube_v1_PutPortfolioRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_PutPortfolioResponse__Output>): grpc.ClientUnaryCall;
  PutPortfolio(argument: _margincube_v1_PutPortfolioRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_PutPortfolioResponse__Output>): grpc.ClientUnaryCall;
  PutPortfolio(argument: _margincube_v1_PutPortfolioRequest, callback: grpc.requestCallback<_margincube_v1_PutPortfolioResponse__Output>): grpc.ClientUnaryCall;
  putPortfolio(argument: _margincube_v1_PutPortfolioRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_PutPortfolioResponse__Output>): grpc.ClientUnaryCall;
  putPortfolio(argument: _margincube_v1_PutPortfolioRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_PutPortfolioResponse__Output>): grpc.ClientUnaryCall;
  putPortfolio(argument: _margincube_v1_PutPortfolioRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_PutPortfolioResponse__Output>): grpc.ClientUnaryCall;
  putPortfolio(argument: _margincube_v1_PutPortfolioRequest, callback: grpc.requestCallback<_margincube_v1_PutPortfolioResponse__Output>): grpc.ClientUnaryCall;
  
  RecordEvents(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_RecordEventsRequest, _margincube_v1_RecordEventsResponse__Output>;
  RecordEvents(options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_RecordEventsRequest, _margincube_v1_RecordEventsResponse__Output>;
  recordEvents(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_RecordEventsRequest, _margincube_v1_RecordEventsResponse__Output>;
  recordEvents(options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_RecordEventsRequest, _margincube_v1_RecordEventsResponse__Output>;
  
}

export interface PortfolioServiceHandlers extends grpc.UntypedServiceImplementation {
  GetPortfolio: grpc.handleUnaryCall<_margincube_v1_GetPortfolioRequest__Output, _margincube_v1_GetPortfolioResponse>;
  
  ListPortfolios: grpc.handleUnaryCall<_margincube_v1_ListPortfoliosRequest__Output, _margincube_v1_ListPortfoliosResponse>;
  
  PutPortfolio: grpc.handleUnaryCall<_margincube_v1_PutPortfolioRequest__Output, _margincube_v1_PutPortfolioResponse>;
  
  RecordEvents: grpc.handleBidiStreamingCall<_margincube_v1_RecordEventsRequest__Output, _margincube_v1_RecordEventsResponse>;
  
}

export interface PortfolioServiceDefinition extends grpc.ServiceDefinition {
  GetPortfolio: MethodDefinition<_margincube_v1_GetPortfolioRequest, _margincube_v1_GetPortfolioResponse, _margincube_v1_GetPortfolioRequest__Output, _margincube_v1_GetPortfolioResponse__Output>
  ListPortfolios: MethodDefinition<_margincube_v1_ListPortfoliosRequest, _margincube_v1_ListPortfoliosResponse, _margincube_v1_ListPortfoliosRequest__Output, _margincube_v1_ListPortfoliosResponse__Output>
  PutPortfolio: MethodDefinition<_margincube_v1_PutPortfolioRequest, _margincube_v1_PutPortfolioResponse, _margincube_v1_PutPortfolioRequest__Output, _margincube_v1_PutPortfolioResponse__Output>
  RecordEvents: MethodDefinition<_margincube_v1_RecordEventsRequest, _margincube_v1_RecordEventsResponse, _margincube_v1_RecordEventsRequest__Output, _margincube_v1_RecordEventsResponse__Output>
}

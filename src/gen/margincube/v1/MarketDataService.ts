// Original file: proto/margincube/v1/market_data_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetSnapshotRequest as _margincube_v1_GetSnapshotRequest, GetSnapshotRequest__Output as _margincube_v1_GetSnapshotRequest__Output } from '../../margincube/v1/GetSnapshotRequest.js';
import type { GetSnapshotResponse as _margincube_v1_GetSnapshotResponse, GetSnapshotResponse__Output as _margincube_v1_GetSnapshotResponse__Output } from '../../margincube/v1/GetSnapshotResponse.js';
import type { GetVolatilitySurfaceRequest as _margincube_v1_GetVolatilitySurfaceRequest, GetVolatilitySurfaceRequest__Output as _margincube_v1_GetVolatilitySurfaceRequest__Output } from '../../margincube/v1/GetVolatilitySurfaceRequest.js';
import type { GetVolatilitySurfaceResponse as _margincube_v1_GetVolatilitySurfaceResponse, GetVolatilitySurfaceResponse__Output as _margincube_v1_GetVolatilitySurfaceResponse__Output } from '../../margincube/v1/GetVolatilitySurfaceResponse.js';
import type { PublishMarketDataRequest as _margincube_v1_PublishMarketDataRequest, PublishMarketDataRequest__Output as _margincube_v1_PublishMarketDataRequest__Output } from '../../margincube/v1/PublishMarketDataRequest.js';
import type { PublishMarketDataResponse as _margincube_v1_PublishMarketDataResponse, PublishMarketDataResponse__Output as _margincube_v1_PublishMarketDataResponse__Output } from '../../margincube/v1/PublishMarketDataResponse.js';
import type { StreamMarksRequest as _margincube_v1_StreamMarksRequest, StreamMarksRequest__Output as _margincube_v1_StreamMarksRequest__Output } from '../../margincube/v1/StreamMarksRequest.js';
import type { StreamMarksResponse as _margincube_v1_StreamMarksResponse, StreamMarksResponse__Output as _margincube_v1_StreamMarksResponse__Output } from '../../margincube/v1/StreamMarksResponse.js';

export interface MarketDataServiceClient extends grpc.Client {
  GetSnapshot(argument: _margincube_v1_GetSnapshotRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetSnapshotResponse__Output>): grpc.ClientUnaryCall;
  GetSnapshot(argument: _margincube_v1_GetSnapshotRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetSnapshotResponse__Output>): grpc.ClientUnaryCall;
  GetSnapshot(argument: _margincube_v1_GetSnapshotRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetSnapshotResponse__Output>): grpc.ClientUnaryCall;
  GetSnapshot(argument: _margincube_v1_GetSnapshotRequest, callback: grpc.requestCallback<_margincube_v1_GetSnapshotResponse__Output>): grpc.ClientUnaryCall;
  getSnapshot(argument: _margincube_v1_GetSnapshotRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetSnapshotResponse__Output>): grpc.ClientUnaryCall;
  getSnapshot(argument: _margincube_v1_GetSnapshotRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetSnapshotResponse__Output>): grpc.ClientUnaryCall;
  getSnapshot(argument: _margincube_v1_GetSnapshotRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetSnapshotResponse__Output>): grpc.ClientUnaryCall;
  getSnapshot(argument: _margincube_v1_GetSnapshotRequest, callback: grpc.requestCallback<_margincube_v1_GetSnapshotResponse__Output>): grpc.ClientUnaryCall;
  
  GetVolatilitySurface(argument: _margincube_v1_GetVolatilitySurfaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetVolatilitySurfaceResponse__Output>): grpc.ClientUnaryCall;
  GetVolatilitySurface(argument: _margincube_v1_GetVolatilitySurfaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetVolatilitySurfaceResponse__Output>): grpc.ClientUnaryCall;
  GetVolatilitySurface(argument: _margincube_v1_GetVolatilitySurfaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetVolatilitySurfaceResponse__Output>): grpc.ClientUnaryCall;
  GetVolatilitySurface(argument: _margincube_v1_GetVolatilitySurfaceRequest, callback: grpc.requestCallback<_margincube_v1_GetVolatilitySurfaceResponse__Output>): grpc.ClientUnaryCall;
  getVolatilitySurface(argument: _margincube_v1_GetVolatilitySurfaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetVolatilitySurfaceResponse__Output>): grpc.ClientUnaryCall;
  getVolatilitySurface(argument: _margincube_v1_GetVolatilitySurfaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetVolatilitySurfaceResponse__Output>): grpc.ClientUnaryCall;
  getVolatilitySurface(argument: _margincube_v1_GetVolatilitySurfaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetVolatilitySurfaceResponse__Output>): grpc.ClientUnaryCall;
  getVolatilitySurface(argument: _margincube_v1_GetVolatilitySurfaceRequest, callback: grpc.requestCallback<_margincube_v1_GetVolatilitySurfaceResponse__Output>): grpc.ClientUnaryCall;
  
  PublishMarketData(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_PublishMarketDataRequest, _margincube_v1_PublishMarketDataResponse__Output>;
  PublishMarketData(options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_PublishMarketDataRequest, _margincube_v1_PublishMarketDataResponse__Output>;
  publishMarketData(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_PublishMarketDataRequest, _margincube_v1_PublishMarketDataResponse__Output>;
  publishMarketData(options?: grpc.CallOptions): grpc.ClientDuplexStream<_margincube_v1_PublishMarketDataRequest, _margincube_v1_PublishMarketDataResponse__Output>;
  
  StreamMarks(argument: _margincube_v1_StreamMarksRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_StreamMarksResponse__Output>;
  StreamMarks(argument: _margincube_v1_StreamMarksRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_StreamMarksResponse__Output>;
  streamMarks(argument: _margincube_v1_StreamMarksRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_StreamMarksResponse__Output>;
  streamMarks(argument: _margincube_v1_StreamMarksRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_StreamMarksResponse__Output>;
  
}

export interface MarketDataServiceHandlers extends grpc.UntypedServiceImplementation {
  GetSnapshot: grpc.handleUnaryCall<_margincube_v1_GetSnapshotRequest__Output, _margincube_v1_GetSnapshotResponse>;
  
  GetVolatilitySurface: grpc.handleUnaryCall<_margincube_v1_GetVolatilitySurfaceRequest__Output, _margincube_v1_GetVolatilitySurfaceResponse>;
  
  PublishMarketData: grpc.handleBidiStreamingCall<_margincube_v1_PublishMarketDataRequest__Output, _margincube_v1_PublishMarketDataResponse>;
  
  StreamMarks: grpc.handleServerStreamingCall<_margincube_v1_StreamMarksRequest__Output, _margincube_v1_StreamMarksResponse>;
  
}

export interface MarketDataServiceDefinition extends grpc.ServiceDefinition {
  GetSnapshot: MethodDefinition<_margincube_v1_GetSnapshotRequest, _margincube_v1_GetSnapshotResponse, _margincube_v1_GetSnapshotRequest__Output, _margincube_v1_GetSnapshotResponse__Output>
  GetVolatilitySurface: MethodDefinition<_margincube_v1_GetVolatilitySurfaceRequest, _margincube_v1_GetVolatilitySurfaceResponse, _margincube_v1_GetVolatilitySurfaceRequest__Output, _margincube_v1_GetVolatilitySurfaceResponse__Output>
  PublishMarketData: MethodDefinition<_margincube_v1_PublishMarketDataRequest, _margincube_v1_PublishMarketDataResponse, _margincube_v1_PublishMarketDataRequest__Output, _margincube_v1_PublishMarketDataResponse__Output>
  StreamMarks: MethodDefinition<_margincube_v1_StreamMarksRequest, _margincube_v1_StreamMarksResponse, _margincube_v1_StreamMarksRequest__Output, _margincube_v1_StreamMarksResponse__Output>
}

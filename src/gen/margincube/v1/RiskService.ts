// Original file: proto/margincube/v1/risk_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AggregateRiskRequest as _margincube_v1_AggregateRiskRequest, AggregateRiskRequest__Output as _margincube_v1_AggregateRiskRequest__Output } from '../../margincube/v1/AggregateRiskRequest.js';
import type { AggregateRiskResponse as _margincube_v1_AggregateRiskResponse, AggregateRiskResponse__Output as _margincube_v1_AggregateRiskResponse__Output } from '../../margincube/v1/AggregateRiskResponse.js';
import type { PlanLiquidationRequest as _margincube_v1_PlanLiquidationRequest, PlanLiquidationRequest__Output as _margincube_v1_PlanLiquidationRequest__Output } from '../../margincube/v1/PlanLiquidationRequest.js';
import type { PlanLiquidationResponse as _margincube_v1_PlanLiquidationResponse, PlanLiquidationResponse__Output as _margincube_v1_PlanLiquidationResponse__Output } from '../../margincube/v1/PlanLiquidationResponse.js';
import type { SimulateCascadeRequest as _margincube_v1_SimulateCascadeRequest, SimulateCascadeRequest__Output as _margincube_v1_SimulateCascadeRequest__Output } from '../../margincube/v1/SimulateCascadeRequest.js';
import type { SimulateCascadeResponse as _margincube_v1_SimulateCascadeResponse, SimulateCascadeResponse__Output as _margincube_v1_SimulateCascadeResponse__Output } from '../../margincube/v1/SimulateCascadeResponse.js';
import type { StreamRiskRequest as _margincube_v1_StreamRiskRequest, StreamRiskRequest__Output as _margincube_v1_StreamRiskRequest__Output } from '../../margincube/v1/StreamRiskRequest.js';
import type { StreamRiskResponse as _margincube_v1_StreamRiskResponse, StreamRiskResponse__Output as _margincube_v1_StreamRiskResponse__Output } from '../../margincube/v1/StreamRiskResponse.js';

export interface RiskServiceClient extends grpc.Client {
  AggregateRisk(argument: _margincube_v1_AggregateRiskRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_AggregateRiskResponse__Output>): grpc.ClientUnaryCall;
  AggregateRisk(argument: _margincube_v1_AggregateRiskRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_AggregateRiskResponse__Output>): grpc.ClientUnaryCall;
  AggregateRisk(argument: _margincube_v1_AggregateRiskRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_AggregateRiskResponse__Output>): grpc.ClientUnaryCall;
  AggregateRisk(argument: _margincube_v1_AggregateRiskRequest, callback: grpc.requestCallback<_margincube_v1_AggregateRiskResponse__Output>): grpc.ClientUnaryCall;
  aggregateRisk(argument: _margincube_v1_AggregateRiskRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_AggregateRiskResponse__Output>): grpc.ClientUnaryCall;
  aggregateRisk(argument: _margincube_v1_AggregateRiskRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_AggregateRiskResponse__Output>): grpc.ClientUnaryCall;
  aggregateRisk(argument: _margincube_v1_AggregateRiskRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_AggregateRiskResponse__Output>): grpc.ClientUnaryCall;
  aggregateRisk(argument: _margincube_v1_AggregateRiskRequest, callback: grpc.requestCallback<_margincube_v1_AggregateRiskResponse__Output>): grpc.ClientUnaryCall;
  
  PlanLiquidation(argument: _margincube_v1_PlanLiquidationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_PlanLiquidationResponse__Output>): grpc.ClientUnaryCall;
  PlanLiquidation(argument: _margincube_v1_PlanLiquidationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_PlanLiquidationResponse__Output>): grpc.ClientUnaryCall;
  PlanLiquidation(argument: _margincube_v1_PlanLiquidationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_PlanLiquidationResponse__Output>): grpc.ClientUnaryCall;
  PlanLiquidation(argument: _margincube_v1_PlanLiquidationRequest, callback: grpc.requestCallback<_margincube_v1_PlanLiquidationResponse__Output>): grpc.ClientUnaryCall;
  planLiquidation(argument: _margincube_v1_PlanLiquidationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_PlanLiquidationResponse__Output>): grpc.ClientUnaryCall;
  planLiquidation(argument: _margincube_v1_PlanLiquidationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_PlanLiquidationResponse__Output>): grpc.ClientUnaryCall;
  planLiquidation(argument: _margincube_v1_PlanLiquidationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_PlanLiquidationResponse__Output>): grpc.ClientUnaryCall;
  planLiquidation(argument: _margincube_v1_PlanLiquidationRequest, callback: grpc.requestCallback<_margincube_v1_PlanLiquidationResponse__Output>): grpc.ClientUnaryCall;
  
  SimulateCascade(argument: _margincube_v1_SimulateCascadeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SimulateCascadeResponse__Output>): grpc.ClientUnaryCall;
  SimulateCascade(argument: _margincube_v1_SimulateCascadeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_SimulateCascadeResponse__Output>): grpc.ClientUnaryCall;
  SimulateCascade(argument: _margincube_v1_SimulateCascadeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SimulateCascadeResponse__Output>): grpc.ClientUnaryCall;
  SimulateCascade(argument: _margincube_v1_SimulateCascadeRequest, callback: grpc.requestCallback<_margincube_v1_SimulateCascadeResponse__Output>): grpc.ClientUnaryCall;
  simulateCascade(argument: _margincube_v1_SimulateCascadeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SimulateCascadeResponse__Output>): grpc.ClientUnaryCall;
  simulateCascade(argument: _margincube_v1_SimulateCascadeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_SimulateCascadeResponse__Output>): grpc.ClientUnaryCall;
  simulateCascade(argument: _margincube_v1_SimulateCascadeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_SimulateCascadeResponse__Output>): grpc.ClientUnaryCall;
  simulateCascade(argument: _margincube_v1_SimulateCascadeRequest, callback: grpc.requestCallback<_margincube_v1_SimulateCascadeResponse__Output>): grpc.ClientUnaryCall;
  
  StreamRisk(argument: _margincube_v1_StreamRiskRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_StreamRiskResponse__Output>;
  StreamRisk(argument: _margincube_v1_StreamRiskRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_StreamRiskResponse__Output>;
  streamRisk(argument: _margincube_v1_StreamRiskRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_StreamRiskResponse__Output>;
  streamRisk(argument: _margincube_v1_StreamRiskRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_margincube_v1_StreamRiskResponse__Output>;
  
}

export interface RiskServiceHandlers extends grpc.UntypedServiceImplementation {
  AggregateRisk: grpc.handleUnaryCall<_margincube_v1_AggregateRiskRequest__Output, _margincube_v1_AggregateRiskResponse>;
  
  PlanLiquidation: grpc.handleUnaryCall<_margincube_v1_PlanLiquidationRequest__Output, _margincube_v1_PlanLiquidationResponse>;
  
  SimulateCascade: grpc.handleUnaryCall<_margincube_v1_SimulateCascadeRequest__Output, _margincube_v1_SimulateCascadeResponse>;
  
  StreamRisk: grpc.handleServerStreamingCall<_margincube_v1_StreamRiskRequest__Output, _margincube_v1_StreamRiskResponse>;
  
}

export interface RiskServiceDefinition extends grpc.ServiceDefinition {
  AggregateRisk: MethodDefinition<_margincube_v1_AggregateRiskRequest, _margincube_v1_AggregateRiskResponse, _margincube_v1_AggregateRiskRequest__Output, _margincube_v1_AggregateRiskResponse__Output>
  PlanLiquidation: MethodDefinition<_margincube_v1_PlanLiquidationRequest, _margincube_v1_PlanLiquidationResponse, _margincube_v1_PlanLiquidationRequest__Output, _margincube_v1_PlanLiquidationResponse__Output>
  SimulateCascade: MethodDefinition<_margincube_v1_SimulateCascadeRequest, _margincube_v1_SimulateCascadeResponse, _margincube_v1_SimulateCascadeRequest__Output, _margincube_v1_SimulateCascadeResponse__Output>
  StreamRisk: MethodDefinition<_margincube_v1_StreamRiskRequest, _margincube_v1_StreamRiskResponse, _margincube_v1_StreamRiskRequest__Output, _margincube_v1_StreamRiskResponse__Output>
}

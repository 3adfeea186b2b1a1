// Original file: proto/margincube/v1/portfolio_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';
import type { Fill as _margincube_v1_Fill, Fill__Output as _margincube_v1_Fill__Output } from '../../margincube/v1/Fill.js';
import type { OpenOrder as _margincube_v1_OpenOrder, OpenOrder__Output as _margincube_v1_OpenOrder__Output } from '../../margincube/v1/OpenOrder.js';
import type { OrderReplaced as _margincube_v1_OrderReplaced, OrderReplaced__Output as _margincube_v1_OrderReplaced__Output } from '../../margincube/v1/OrderReplaced.js';
import type { OrderCancelled as _margincube_v1_OrderCancelled, OrderCancelled__Output as _margincube_v1_OrderCancelled__Output } from '../../margincube/v1/OrderCancelled.js';
import type { MassCancelled as _margincube_v1_MassCancelled, MassCancelled__Output as _margincube_v1_MassCancelled__Output } from '../../margincube/v1/MassCancelled.js';
import type { MmpChanged as _margincube_v1_MmpChanged, MmpChanged__Output as _margincube_v1_MmpChanged__Output } from '../../margincube/v1/MmpChanged.js';
import type { Transfer as _margincube_v1_Transfer, Transfer__Output as _margincube_v1_Transfer__Output } from '../../margincube/v1/Transfer.js';
import type { Amount as _margincube_v1_Amount, Amount__Output as _margincube_v1_Amount__Output } from '../../margincube/v1/Amount.js';
import type { FundingPayment as _margincube_v1_FundingPayment, FundingPayment__Output as _margincube_v1_FundingPayment__Output } from '../../margincube/v1/FundingPayment.js';
import type { SettlementEvent as _margincube_v1_SettlementEvent, SettlementEvent__Output as _margincube_v1_SettlementEvent__Output } from '../../margincube/v1/SettlementEvent.js';
import type { BlockTrade as _margincube_v1_BlockTrade, BlockTrade__Output as _margincube_v1_BlockTrade__Output } from '../../margincube/v1/BlockTrade.js';
import type { Long } from '@grpc/proto-loader';

export interface AccountEvent {
  'eventId'?: (string);
  'accountId'?: (string);
  'source'?: (string);
  'sourceSequence'?: (number | string | Long);
  'time'?: (_google_protobuf_Timestamp | null);
  'fill'?: (_margincube_v1_Fill | null);
  'orderPlaced'?: (_margincube_v1_OpenOrder | null);
  'orderReplaced'?: (_margincube_v1_OrderReplaced | null);
  'orderCancelled'?: (_margincube_v1_OrderCancelled | null);
  'massCancelled'?: (_margincube_v1_MassCancelled | null);
  'mmpChanged'?: (_margincube_v1_MmpChanged | null);
  'transfer'?: (_margincube_v1_Transfer | null);
  'deposit'?: (_margincube_v1_Amount | null);
  'withdrawal'?: (_margincube_v1_Amount | null);
  'funding'?: (_margincube_v1_FundingPayment | null);
  'settlement'?: (_margincube_v1_SettlementEvent | null);
  'blockTrade'?: (_margincube_v1_BlockTrade | null);
  'event'?: "fill"|"orderPlaced"|"orderReplaced"|"orderCancelled"|"massCancelled"|"mmpChanged"|"transfer"|"deposit"|"withdrawal"|"funding"|"settlement"|"blockTrade";
}

export interface AccountEvent__Output {
  'eventId': (string);
  'accountId': (string);
  'source': (string);
  'sourceSequence': (string);
  'time': (_google_protobuf_Timestamp__Output | null);
  'fill'?: (_margincube_v1_Fill__Output | null);
  'orderPlaced'?: (_margincube_v1_OpenOrder__Output | null);
  'orderReplaced'?: (_margincube_v1_OrderReplaced__Output | null);
  'orderCancelled'?: (_margincube_v1_OrderCancelled__Output | null);
  'massCancelled'?: (_margincube_v1_MassCancelled__Output | null);
  'mmpChanged'?: (_margincube_v1_MmpChanged__Output | null);
  'transfer'?: (_margincube_v1_Transfer__Output | null);
  'deposit'?: (_margincube_v1_Amount__Output | null);
  'withdrawal'?: (_margincube_v1_Amount__Output | null);
  'funding'?: (_margincube_v1_FundingPayment__Output | null);
  'settlement'?: (_margincube_v1_SettlementEvent__Output | null);
  'blockTrade'?: (_margincube_v1_BlockTrade__Output | null);
  'event'?: "fill"|"orderPlaced"|"orderReplaced"|"orderCancelled"|"massCancelled"|"mmpChanged"|"transfer"|"deposit"|"withdrawal"|"funding"|"settlement"|"blockTrade";
}

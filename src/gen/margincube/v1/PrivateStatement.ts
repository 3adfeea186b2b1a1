// Original file: proto/margincube/v1/reserve_service.proto

import type { Long } from '@grpc/proto-loader';

export interface PrivateStatement {
  'headerHash'?: (Buffer | Uint8Array | string);
  'epoch'?: (number | string | Long);
  'asset'?: (string);
  'decimals'?: (number);
  'leafCount'?: (number);
  'root'?: (Buffer | Uint8Array | string);
  'units'?: (string);
  'blinding'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
  'publicKey'?: (Buffer | Uint8Array | string);
}

export interface PrivateStatement__Output {
  'headerHash': (Buffer);
  'epoch': (string);
  'asset': (string);
  'decimals': (number);
  'leafCount': (number);
  'root': (Buffer);
  'units': (string);
  'blinding': (Buffer);
  'signature': (Buffer);
  'publicKey': (Buffer);
}

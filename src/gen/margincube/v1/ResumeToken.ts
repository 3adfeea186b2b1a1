// Original file: proto/margincube/v1/common.proto

import type { Long } from '@grpc/proto-loader';

export interface ResumeToken {
  'partition'?: (number);
  'sequence'?: (number | string | Long);
  'epoch'?: (number | string | Long);
}

export interface ResumeToken__Output {
  'partition': (number);
  'sequence': (string);
  'epoch': (string);
}

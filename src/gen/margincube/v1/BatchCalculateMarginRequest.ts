// Original file: proto/margincube/v1/margin_service.proto

import type { BatchHeader as _margincube_v1_BatchHeader, BatchHeader__Output as _margincube_v1_BatchHeader__Output } from '../../margincube/v1/BatchHeader.js';
import type { PortfolioChunk as _margincube_v1_PortfolioChunk, PortfolioChunk__Output as _margincube_v1_PortfolioChunk__Output } from '../../margincube/v1/PortfolioChunk.js';

export interface BatchCalculateMarginRequest {
  'header'?: (_margincube_v1_BatchHeader | null);
  'chunk'?: (_margincube_v1_PortfolioChunk | null);
  'part'?: "header"|"chunk";
}

export interface BatchCalculateMarginRequest__Output {
  'header'?: (_margincube_v1_BatchHeader__Output | null);
  'chunk'?: (_margincube_v1_PortfolioChunk__Output | null);
  'part'?: "header"|"chunk";
}

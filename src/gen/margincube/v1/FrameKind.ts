// Original file: proto/margincube/v1/market_data_service.proto

export const FrameKind = {
  FRAME_KIND_UNSPECIFIED: 'FRAME_KIND_UNSPECIFIED',
  FRAME_KIND_SNAPSHOT: 'FRAME_KIND_SNAPSHOT',
  FRAME_KIND_DELTA: 'FRAME_KIND_DELTA',
} as const;

export type FrameKind =
  | 'FRAME_KIND_UNSPECIFIED'
  | 0
  | 'FRAME_KIND_SNAPSHOT'
  | 1
  | 'FRAME_KIND_DELTA'
  | 2

export type FrameKind__Output = typeof FrameKind[keyof typeof FrameKind]

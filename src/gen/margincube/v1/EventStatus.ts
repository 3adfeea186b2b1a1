// Original file: proto/margincube/v1/portfolio_service.proto

export const EventStatus = {
  EVENT_STATUS_UNSPECIFIED: 'EVENT_STATUS_UNSPECIFIED',
  EVENT_STATUS_ACCEPTED: 'EVENT_STATUS_ACCEPTED',
  EVENT_STATUS_DUPLICATE: 'EVENT_STATUS_DUPLICATE',
  EVENT_STATUS_REFUSED: 'EVENT_STATUS_REFUSED',
} as const;

export type EventStatus =
  | 'EVENT_STATUS_UNSPECIFIED'
  | 0
  | 'EVENT_STATUS_ACCEPTED'
  | 1
  | 'EVENT_STATUS_DUPLICATE'
  | 2
  | 'EVENT_STATUS_REFUSED'
  | 3

export type EventStatus__Output = typeof EventStatus[keyof typeof EventStatus]

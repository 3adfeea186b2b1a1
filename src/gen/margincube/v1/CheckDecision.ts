// Original file: proto/margincube/v1/simulation.proto

export const CheckDecision = {
  CHECK_DECISION_UNSPECIFIED: 'CHECK_DECISION_UNSPECIFIED',
  CHECK_DECISION_ACCEPT: 'CHECK_DECISION_ACCEPT',
  CHECK_DECISION_REJECT: 'CHECK_DECISION_REJECT',
} as const;

export type CheckDecision =
  | 'CHECK_DECISION_UNSPECIFIED'
  | 0
  | 'CHECK_DECISION_ACCEPT'
  | 1
  | 'CHECK_DECISION_REJECT'
  | 2

export type CheckDecision__Output = typeof CheckDecision[keyof typeof CheckDecision]

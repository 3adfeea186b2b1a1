import type { FailureReason } from '../../domain/outcome.js';

/** The values of google.rpc.Code that this program sends. */
export const CODE = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;
export type Code = (typeof CODE)[keyof typeof CODE];

/** What a caller can do about an error. */
export type Remedy =
  /** The same call gives the same error. */
  | 'change the request'
  /** The same call may succeed after the delay in RetryInfo. */
  | 'retry after the delay'
  /** The same call may succeed on another server, or on this one once it runs again. */
  | 'retry elsewhere'
  /** Read again, decide anew. */
  | 'read again'
  /** Show credentials, or ask the operator for rights. */
  | 'ask the operator'
  | 'report the request id'
  | 'nothing';

interface ErrorTerms {
  readonly code: Code;
  readonly remedy: Remedy;
  /** One sentence for the documentation. */
  readonly meaning: string;
}

/** Reasons of whole calls, besides those that a portfolio can fail with. */
export type CallReason =
  | 'MALFORMED'
  | 'NO_MARKET'
  | 'UNKNOWN_EPOCH'
  | 'UNKNOWN_ATTESTATION'
  | 'NO_JOURNAL'
  | 'NOT_KEPT'
  | 'OVERLOADED'
  | 'RATE_LIMITED'
  | 'DRAINING'
  | 'JOURNAL_STOPPED'
  | 'NO_PRIVATE_TIER'
  | 'NO_RESERVE_AUDIT'
  | 'DEADLINE_EXCEEDED'
  | 'NO_CREDENTIALS'
  | 'INVALID_TOKEN'
  | 'EXPIRED_TOKEN'
  | 'UNKNOWN_CERTIFICATE'
  | 'METHOD_DENIED';

export type ErrorReason = FailureReason | CallReason;

const wrongRequest = (meaning: string): ErrorTerms => ({
  code: CODE.INVALID_ARGUMENT,
  remedy: 'change the request',
  meaning,
});
const absent = (meaning: string, remedy: Remedy): ErrorTerms => ({
  code: CODE.FAILED_PRECONDITION,
  remedy,
  meaning,
});
const unknownCaller = (meaning: string): ErrorTerms => ({
  code: CODE.UNAUTHENTICATED,
  remedy: 'ask the operator',
  meaning,
});

/** The one mapping of reasons (`ErrorInfo.reason`) to codes; `docs/errors.md` shows it. */
export const ERRORS: Readonly<Record<ErrorReason, ErrorTerms>> = {
  MALFORMED: wrongRequest('Bytes that are no message, or parts of a message that do not fit together.'),
  INVALID_VALUE: wrongRequest('A number is not finite, has the wrong sign or is out of its range.'),
  MISSING_FIELD: wrongRequest('A required field is absent.'),
  UNKNOWN_INSTRUMENT: wrongRequest('The market has no instrument of that name; the nearest names are given.'),
  DUPLICATE: wrongRequest('An instrument, asset or order stands twice in one portfolio.'),
  EXPIRED_INSTRUMENT: wrongRequest('The instrument has expired at the time of the market.'),
  UNSUPPORTED: wrongRequest('The model cannot margin this instrument, settlement or combination.'),
  INVALID_PARAMETER: wrongRequest('A model parameter is unknown, of the wrong type or out of its range.'),
  UNKNOWN_MODEL: {
    code: CODE.NOT_FOUND,
    remedy: 'change the request',
    meaning: 'No model or parameter set of that name.',
  },
  UNKNOWN_ACCOUNT: {
    code: CODE.NOT_FOUND,
    remedy: 'change the request',
    meaning: 'No account of that name, or none that the caller may see.',
  },
  MISSING_MARKET_DATA: absent('The market lacks a number that the model needs.', 'read again'),
  UNAVAILABLE_COMPONENT: absent(
    'A component of the model is not public and the caller did not allow approximations.',
    'change the request',
  ),
  NO_MARKET: absent('The server has no market to publish into.', 'ask the operator'),
  UNKNOWN_EPOCH: absent('The epoch was never published or is gone.', 'read again'),
  UNKNOWN_ATTESTATION: absent('The attestation is not kept.', 'read again'),
  NO_JOURNAL: absent('The server keeps no journal, and nothing of the past.', 'ask the operator'),
  NOT_KEPT: {
    code: CODE.NOT_FOUND,
    remedy: 'change the request',
    meaning: 'The moment is before what is kept; `oldest_time` of the ErrorInfo is the first that is not.',
  },
  SEQUENCE_CONFLICT: {
    code: CODE.ABORTED,
    remedy: 'read again',
    meaning: 'A sequence number, id or state is not the one that the change rests on.',
  },
  LIMIT_EXCEEDED: {
    code: CODE.RESOURCE_EXHAUSTED,
    remedy: 'change the request',
    meaning: 'The request is larger than a bound of the server; QuotaFailure names it.',
  },
  OVERLOADED: {
    code: CODE.RESOURCE_EXHAUSTED,
    remedy: 'retry after the delay',
    meaning: 'Refused before any work, because the server has enough to do.',
  },
  RATE_LIMITED: {
    code: CODE.RESOURCE_EXHAUSTED,
    remedy: 'retry after the delay',
    meaning: 'The client calls more often than its policy allows.',
  },
  NO_CREDENTIALS: unknownCaller('Neither a bearer token nor a client certificate.'),
  INVALID_TOKEN: unknownCaller('The token is not signed by a known key for this server and a known client.'),
  EXPIRED_TOKEN: unknownCaller('The token has expired; a stream ends when the token that opened it does.'),
  UNKNOWN_CERTIFICATE: unknownCaller('The certificate belongs to no client of the policy.'),
  METHOD_DENIED: {
    code: CODE.PERMISSION_DENIED,
    remedy: 'ask the operator',
    meaning: 'No role of the client may call the method.',
  },
  DRAINING: {
    code: CODE.UNAVAILABLE,
    remedy: 'retry elsewhere',
    meaning: 'The server is being stopped and takes no new calls.',
  },
  JOURNAL_STOPPED: {
    code: CODE.UNAVAILABLE,
    remedy: 'retry elsewhere',
    meaning: 'The journal cannot be written; whether the change is kept is not known.',
  },
  NO_PRIVATE_TIER: {
    code: CODE.UNIMPLEMENTED,
    remedy: 'ask the operator',
    meaning: 'The server was started without a private tier.',
  },
  NO_RESERVE_AUDIT: {
    code: CODE.UNIMPLEMENTED,
    remedy: 'ask the operator',
    meaning: 'The server was started without a reserve audit.',
  },
  CANCELLED: { code: CODE.CANCELLED, remedy: 'nothing', meaning: 'The caller went away.' },
  DEADLINE_EXCEEDED: {
    code: CODE.DEADLINE_EXCEEDED,
    remedy: 'retry after the delay',
    meaning: 'The deadline passed before the answer; work that nobody waits for was stopped.',
  },
  INTERNAL: {
    code: CODE.INTERNAL,
    remedy: 'report the request id',
    meaning: 'A defect of the server or a lost thread; the detail is in its log under the request id.',
  },
};

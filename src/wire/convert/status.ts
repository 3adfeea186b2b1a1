import type { Failure, FailureReason } from '../../domain/outcome.js';
import type { Status } from '../../gen/google/rpc/Status.js';
import { typeUrlOf } from '../json/any.js';
import type { MessageName, MessageTypes } from '../message-types.js';
import { codec } from '../schema.js';

/** `ErrorInfo.domain` of every error. */
export const ERROR_DOMAIN = 'margincube';

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

/** The one mapping from the reason of a failure to a code. */
const CODE_OF_REASON: Readonly<Record<FailureReason, Code>> = {
  INVALID_VALUE: CODE.INVALID_ARGUMENT,
  MISSING_FIELD: CODE.INVALID_ARGUMENT,
  UNKNOWN_INSTRUMENT: CODE.INVALID_ARGUMENT,
  DUPLICATE: CODE.INVALID_ARGUMENT,
  EXPIRED_INSTRUMENT: CODE.INVALID_ARGUMENT,
  UNSUPPORTED: CODE.INVALID_ARGUMENT,
  INVALID_PARAMETER: CODE.INVALID_ARGUMENT,
  UNKNOWN_MODEL: CODE.NOT_FOUND,
  MISSING_MARKET_DATA: CODE.FAILED_PRECONDITION,
  UNAVAILABLE_COMPONENT: CODE.FAILED_PRECONDITION,
  LIMIT_EXCEEDED: CODE.RESOURCE_EXHAUSTED,
  CANCELLED: CODE.CANCELLED,
  INTERNAL: CODE.INTERNAL,
  UNKNOWN_ACCOUNT: CODE.NOT_FOUND,
  SEQUENCE_CONFLICT: CODE.ABORTED,
};

/** What a defect says to the outside; the detail is in the log. */
const INTERNAL_MESSAGE = 'internal error; the detail is in the log of the server under the request id';

/** A failure as google.rpc.Status: BadRequest names the field, ErrorInfo the reason and the closest names. */
export function statusOfFailure({ reason, field, message, closestMatches }: Failure): Status {
  const text = reason === 'INTERNAL' ? INTERNAL_MESSAGE : message;
  const code = CODE_OF_REASON[reason];
  const details = [
    detail('google.rpc.ErrorInfo', {
      reason,
      domain: ERROR_DOMAIN,
      metadata: closestMatches === undefined ? {} : { closest_matches: closestMatches.join(', ') },
    }),
  ];
  if (field !== '') {
    const fieldViolations = [{ field, description: text, reason }];
    details.push(detail('google.rpc.BadRequest', { fieldViolations }));
  }
  if (code === CODE.FAILED_PRECONDITION) {
    const violations = [{ type: reason, subject: field, description: text }];
    details.push(detail('google.rpc.PreconditionFailure', { violations }));
  }
  if (code === CODE.RESOURCE_EXHAUSTED) {
    const violations = [{ subject: field, description: text }];
    details.push(detail('google.rpc.QuotaFailure', { violations }));
  }
  return { code, message: field === '' ? text : `${field}: ${text}`, details };
}

/** A message packed into google.protobuf.Any. */
export function detail<Name extends MessageName>(
  name: Name,
  message: MessageTypes[Name]['input'],
): { type_url: string; value: Buffer } {
  return { type_url: typeUrlOf(name), value: codec(name).encode(message) };
}

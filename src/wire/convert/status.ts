import type { Failure } from '../../domain/outcome.js';
import type { Status } from '../../gen/google/rpc/Status.js';
import { typeUrlOf } from '../json/any.js';
import type { MessageName, MessageTypes } from '../message-types.js';
import { codec } from '../schema.js';
import { CODE, ERRORS } from './error-table.js';
import { errorField, errorText } from './error-text.js';

/** `ErrorInfo.domain` of every error. */
export const ERROR_DOMAIN = 'margincube';

/** What a defect says to the outside; the detail is in the log. */
const INTERNAL_MESSAGE = 'internal error; the detail is in the log of the server under the request id';

/** A failure as google.rpc.Status: BadRequest names the field, ErrorInfo the reason and the closest names. */
export function statusOfFailure({ reason, closestMatches, ...failure }: Failure): Status {
  const text = reason === 'INTERNAL' ? INTERNAL_MESSAGE : errorText(failure.message);
  const field = errorField(failure.field);
  const code = ERRORS[reason].code;
  const details = [
    detail('google.rpc.ErrorInfo', {
      reason,
      domain: ERROR_DOMAIN,
      metadata: closestMatches === undefined ? {} : { closest_matches: errorText(closestMatches.join(', ')) },
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

/** The first detail of that name, opened; undefined where there is none. Throws for bytes that are no such message. */
export function detailIn<Name extends MessageName>(
  { details }: Pick<Status, 'details'>,
  name: Name,
): MessageTypes[Name]['output'] | undefined {
  const typeUrl = typeUrlOf(name);
  // The loader gives google.protobuf.Any under the names of its proto file.
  const packed = (details ?? []) as unknown as readonly {
    readonly type_url?: string;
    readonly value?: Uint8Array;
  }[];
  const found = packed.find(({ type_url: url }) => url === typeUrl);
  return found === undefined ? undefined : codec(name).decode(Buffer.from(found.value ?? []));
}

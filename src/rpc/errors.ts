import type { StatusObject } from '@grpc/grpc-js';
import { Metadata, status as grpcStatus } from '@grpc/grpc-js';
import type { Refusal } from '../access/access-control.js';
import type { Failure } from '../domain/outcome.js';
import type { Status } from '../gen/google/rpc/Status.js';
import type { ErrorReason } from '../wire/convert/error-table.js';
import { CODE, ERRORS } from '../wire/convert/error-table.js';
import { errorField, errorText } from '../wire/convert/error-text.js';
import { timestampOf, waitMs } from '../wire/convert/fields.js';
import { detail, detailIn, ERROR_DOMAIN, statusOfFailure } from '../wire/convert/status.js';
import { codec } from '../wire/schema.js';

/** An RPC that ends with an error: thrown by handlers, sent by `with-call.ts`. */
export class RpcError extends Error {
  override readonly name = 'RpcError';

  constructor(readonly status: Status) {
    super(status.message ?? '');
  }
}

/** Shortest wait before a retry of a call that was refused for load: a large shard takes tens of milliseconds. */
const RETRY_DELAY_MS = 100;

type Detail = ReturnType<typeof detail>;

function rpcError(
  reason: ErrorReason,
  message: string,
  details: readonly Detail[] = [],
  metadata: Record<string, string> = {},
): RpcError {
  const info = detail('google.rpc.ErrorInfo', { reason, domain: ERROR_DOMAIN, metadata });
  return new RpcError({
    code: ERRORS[reason].code,
    message: errorText(message),
    details: [info, ...details],
  });
}

/** A call that is not let in. What was wrong with credentials that nobody has signed is not told. */
export function accessRefused(refusal: Refusal): RpcError {
  switch (refusal.reason) {
    case 'RATE_LIMITED': {
      const text = `Expected fewer calls of client ${refusal.name}`;
      return rpcError(refusal.reason, text, [
        retryAfter(refusal.retryAfterMs),
        detail('google.rpc.QuotaFailure', {
          violations: [{ subject: `client ${refusal.name}`, description: text }],
        }),
      ]);
    }
    case 'BUSY':
      return rpcError('OVERLOADED', 'Too many new tokens are being verified', [retryAfter(RETRY_DELAY_MS)]);
    case 'METHOD_DENIED':
      return rpcError(refusal.reason, `The roles of client ${refusal.name} do not allow this method`);
    case 'EXPIRED_TOKEN':
      return rpcError(refusal.reason, 'The token has expired; call again with a new one');
    case 'INVALID_TOKEN':
      return rpcError(refusal.reason, 'Expected a bearer token of a known client');
    case 'UNKNOWN_CERTIFICATE':
      return rpcError(refusal.reason, 'Expected the certificate of a known client');
    case 'NO_CREDENTIALS':
      return rpcError(refusal.reason, 'Expected a bearer token or a client certificate');
  }
}

function retryAfter(delayMs: number): Detail {
  return detail('google.rpc.RetryInfo', { retryDelay: timestampOf(delayMs) });
}

/** Bytes that are no message, or a message whose parts do not fit together. */
export function malformed(path: string, expectation: string): RpcError {
  const reason = 'MALFORMED';
  const field = errorField(path);
  const description = errorText(expectation);
  return rpcError(reason, field === '' ? description : `${field}: ${description}`, [
    detail('google.rpc.BadRequest', { fieldViolations: [{ field, description, reason }] }),
  ]);
}

/** A failure of the domain as the error of the whole RPC. */
export function failed(failure: Failure): RpcError {
  return new RpcError(statusOfFailure(failure));
}

/** A server without a market takes no market data: there is nothing that it could be about. */
export function withoutFeed(): RpcError {
  const description = 'Expected a server with a market (serve --market) to publish into';
  return rpcError('NO_MARKET', description, [
    detail('google.rpc.PreconditionFailure', {
      violations: [{ type: 'NO_MARKET', subject: 'market', description }],
    }),
  ]);
}

export function unknownEpoch(epoch: number, kept: readonly number[]): RpcError {
  const description =
    kept.length === 0
      ? 'Expected a published market but the server has none'
      : errorText(
          `Expected one of the epochs ${kept.join(', ')} (or 0 for the current one) but received ${String(epoch)}`,
        );
  return rpcError('UNKNOWN_EPOCH', description, [
    detail('google.rpc.PreconditionFailure', {
      violations: [{ type: 'UNKNOWN_EPOCH', subject: `epoch ${String(epoch)}`, description }],
    }),
  ]);
}

/** Refused before any work; the same call may succeed later, after `waitMs` or what a large shard takes. */
export function overloaded(subject: string, description: string, waitMs = 0): RpcError {
  return rpcError('OVERLOADED', description, [
    retryAfter(Math.max(RETRY_DELAY_MS, Math.ceil(waitMs))),
    detail('google.rpc.QuotaFailure', { violations: [{ subject, description }] }),
  ]);
}

/** Refused because it can never fit; a retry is useless. */
export function tooBig(subject: string, description: string): RpcError {
  return rpcError('LIMIT_EXCEEDED', description, [
    detail('google.rpc.QuotaFailure', { violations: [{ subject, description }] }),
  ]);
}

export function draining(): RpcError {
  return rpcError('DRAINING', 'The server is being stopped; another one will answer', [
    retryAfter(RETRY_DELAY_MS),
  ]);
}

/** The disk failed: what was sent may or may not be kept, and no change is taken any more. Reads go on elsewhere. */
export function journalStopped(): RpcError {
  const text =
    'The journal cannot be written; whether the change is kept is not known, and no other is taken';
  return rpcError('JOURNAL_STOPPED', text);
}

/** Accounts live as long as the process: nothing of the past is kept. */
export function noHistory(): RpcError {
  const description = 'Expected a server that keeps a journal (serve --journal)';
  return rpcError('NO_JOURNAL', description, [
    detail('google.rpc.PreconditionFailure', {
      violations: [{ type: 'NO_JOURNAL', subject: 'journal', description }],
    }),
  ]);
}

/** The moment is before everything that is kept; `oldest_time` of the ErrorInfo is the first that is not. */
export function momentNotKept(time: string, oldestMs: number | undefined): RpcError {
  const oldest = oldestMs === undefined ? '' : new Date(oldestMs).toISOString();
  const from = oldest === '' ? 'an epoch in the journal, which has none' : `a time from ${oldest} on`;
  const message = `time: Expected ${from} but received ${time}`;
  return rpcError('NOT_KEPT', message, [], oldest === '' ? {} : { oldest_time: oldest });
}

/** Proofs exist for the newest attestation, attestations for a day: neither is a reason to try the same again. */
export function attestationGone(sequence: string, newest: string): RpcError {
  const description = `Expected an attestation that is kept (the newest is ${newest}) but received ${sequence}`;
  return rpcError('UNKNOWN_ATTESTATION', description, [
    detail('google.rpc.PreconditionFailure', {
      violations: [{ type: 'UNKNOWN_ATTESTATION', subject: `attestation ${sequence}`, description }],
    }),
  ]);
}

/** The operator named no asset for the private tier. */
export function noPrivateTier(): RpcError {
  return rpcError('NO_PRIVATE_TIER', 'This server was started without a private tier');
}

/** The operator did not give the server a key to attest with. */
export function noReserveAudit(): RpcError {
  return rpcError('NO_RESERVE_AUDIT', 'This server was started without a reserve audit');
}

export function cancelled(): RpcError {
  return rpcError('CANCELLED', 'The caller went away');
}

export function deadlinePassed(): RpcError {
  return rpcError('DEADLINE_EXCEEDED', 'The deadline passed before the answer');
}

/** Anything else is a defect: the caller learns the request id, the log the rest. */
export function internal(): RpcError {
  return failed({ reason: 'INTERNAL', field: '', message: '' });
}

/** What grpc-js sends: code, message, and the details in the trailer that gRPC names for them. */
export function toStatusObject({ status }: RpcError, requestId: string): StatusObject {
  const withId: Status = {
    ...status,
    details: [...(status.details ?? []), detail('google.rpc.RequestInfo', { requestId })],
  };
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', codec('google.rpc.Status').encode(withId));
  metadata.set('x-request-id', requestId);
  const pushback = pushbackOf(status);
  if (pushback !== undefined) metadata.set('grpc-retry-pushback-ms', pushback);
  return {
    code: grpcCode(status.code),
    details: status.message ?? '',
    metadata,
  };
}

/** What a client that tries again by itself shall wait (gRFC A6): the delay of RetryInfo; for ever, for what can never fit. */
function pushbackOf(status: Status): string | undefined {
  const retryDelay = detailIn(status, 'google.rpc.RetryInfo')?.retryDelay;
  if (retryDelay) return String(waitMs(retryDelay));
  return status.code === CODE.RESOURCE_EXHAUSTED ? '-1' : undefined;
}

function grpcCode(code: number | undefined): grpcStatus {
  const name = grpcStatus[code ?? CODE.INTERNAL] as keyof typeof grpcStatus | undefined;
  return name === undefined ? grpcStatus.UNKNOWN : grpcStatus[name];
}

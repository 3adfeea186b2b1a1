import type { ServiceError } from '@grpc/grpc-js';
import type { Status__Output } from '../gen/google/rpc/Status.js';
import { waitMs } from '../wire/convert/fields.js';
import { detailIn } from '../wire/convert/status.js';
import { codec } from '../wire/schema.js';

/** Why a call, or one portfolio of a batch, was refused: the details of a google.rpc.Status, opened. */
export interface Refusal {
  /** google.rpc.Code, which is that of gRPC. */
  readonly code: number;
  /** From the table of docs/errors.md, e.g. `UNKNOWN_INSTRUMENT`; empty from a server that sends none. */
  readonly reason: string;
  readonly message: string;
  /** Paths of what was wrong, e.g. `portfolio.positions[3].quantity`. */
  readonly fields: readonly { readonly field: string; readonly description: string }[];
  /** Names near to the one that was not known. */
  readonly closestMatches: readonly string[];
  /** Milliseconds to wait before the same call may succeed; absent where waiting does not help. */
  readonly retryAfterMs?: number;
  /** Under which the server's log has the call; empty in outcomes of batches. */
  readonly requestId: string;
}

/** What a server said of a call that failed; undefined for other errors, such as a connection that broke. */
export function refusalOf(error: unknown): Refusal | undefined {
  const { metadata } = error as Partial<ServiceError>;
  const bytes = metadata?.get('grpc-status-details-bin')[0];
  if (!Buffer.isBuffer(bytes)) return undefined;
  return refusalOfStatus(codec('google.rpc.Status').decode(bytes));
}

/** The same of the `error` of an outcome. */
export function refusalOfStatus(status: Status__Output): Refusal {
  const info = detailIn(status, 'google.rpc.ErrorInfo');
  const retryDelay = detailIn(status, 'google.rpc.RetryInfo')?.retryDelay;
  const closest = info?.metadata.closest_matches;
  return {
    code: status.code,
    reason: info?.reason ?? '',
    message: status.message,
    fields: (detailIn(status, 'google.rpc.BadRequest')?.fieldViolations ?? []).map(
      ({ field, description }) => ({ field, description }),
    ),
    closestMatches: closest === undefined ? [] : closest.split(', '),
    ...(retryDelay ? { retryAfterMs: waitMs(retryDelay) } : {}),
    requestId: detailIn(status, 'google.rpc.RequestInfo')?.requestId ?? '',
  };
}

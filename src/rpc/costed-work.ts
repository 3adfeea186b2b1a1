import type { Cancellation } from '../pool/cancellation.js';
import { NAME_LENGTH_MAX } from '../limits.js';
import { asBuffer, calculateMarginRequestTwin, calculationTwin } from '../wire/twin.js';
import type { WorkPlace } from './admission.js';
import { cancelled, deadlinePassed, type RpcError } from './errors.js';
import type { ServerContext } from './server-context.js';
import type { CallScope } from './with-call.js';
import type { WorkKind } from './work-costs.js';

/** Work of a call that is admitted by what its kind has cost. */
export interface CostedWork {
  readonly kind: WorkKind;
  /** Bytes that the call holds while it waits. */
  readonly byteLength: number;
}

/** Does the work on the event loop, at once or when it is its turn; refuses it where it would wait too long. */
export function onLoop<Result>(
  context: ServerContext,
  scope: CallScope,
  { kind, byteLength }: CostedWork,
  work: () => Result,
): Result | Promise<Result> {
  const { costs, loop } = context;
  const run = (): Result =>
    loop.run(work, (tookMs) => {
      costs.learn(kind, tookMs);
    });
  if (loop.isFree) return run();
  return admitted(context, scope, 'LOOP', { kind, byteLength }, async () => {
    await loop.turn();
    requireWanted(scope.cancellation);
    return run();
  });
}

/** Does the work where it is done, counted from now until it ends; refuses it, before it starts, where it would wait too long. */
export async function admitted<Result>(
  { admission, costs }: ServerContext,
  { cancellation }: CallScope,
  place: WorkPlace,
  { kind, byteLength }: CostedWork,
  work: () => Promise<Result>,
): Promise<Result> {
  const leftMs = cancellation.deadlineAtMs - Date.now();
  const releaseWork = admission.admitWork(place, costs.expectedMs(kind), leftMs);
  let releaseBytes: (() => void) | undefined;
  try {
    releaseBytes = admission.admitBytes(byteLength);
    return await work();
  } finally {
    releaseBytes?.();
    releaseWork();
  }
}

/** Throws where nobody waits for the answer any more. */
export function requireWanted(cancellation: Cancellation): void {
  if (cancellation.isCancelled || Date.now() >= cancellation.deadlineAtMs) throw unwanted(cancellation);
}

/** The work's result, or the error of a call that nobody waits for any more as soon as that is known; its work stops by itself. */
export function whileWanted<Result>(cancellation: Cancellation, work: Promise<Result>): Promise<Result> {
  const { abortSignal } = cancellation;
  const left = new Promise<never>((_, reject) => {
    const leave = (): void => {
      reject(unwanted(cancellation));
    };
    if (abortSignal.aborted) leave();
    else abortSignal.addEventListener('abort', leave, { once: true });
  });
  return Promise.race([work, left]);
}

/** The error of a call that was stopped. */
export function unwanted({ isCancelled }: Cancellation): RpcError {
  return isCancelled ? cancelled() : deadlinePassed();
}

/** The work of a request whose first field is its calculation. */
export function requestWork(method: WorkKind['method'], request: Buffer): CostedWork {
  return { kind: { method, terms: termsOfRequest(request) }, byteLength: request.length };
}

/**
 * Terms of a request with a calculation in its first field: the model as it is named, and the power of two that the size is below. Bytes
 * that are no request cost what reading them costs.
 */
function termsOfRequest(request: Buffer): string {
  const size = Math.ceil(Math.log2(request.length + 1));
  return `${modelIn(request)} 2^${String(size)}`;
}

function modelIn(request: Buffer): string {
  try {
    const { calculation } = calculateMarginRequestTwin.decode(request);
    const model = calculation === null ? null : calculationTwin.decode(calculation).model;
    if (model === null) return 'none';
    return model.length > NAME_LENGTH_MAX ? 'overridden' : asBuffer(model).toString('latin1');
  } catch {
    return 'none';
  }
}

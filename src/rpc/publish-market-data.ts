import type { MarketFrame__Output as FrameMessage } from '../gen/margincube/v1/MarketFrame.js';
import type { PublishMarketDataRequest__Output as RequestMessage } from '../gen/margincube/v1/PublishMarketDataRequest.js';
import type { EpochPublisher } from '../live/feed/epoch-publisher.js';
import type { Refusal } from '../market/feed/market-update.js';
import { MARKET_UPDATES_MAX, NAME_LENGTH_MAX } from '../limits.js';
import { integer } from '../wire/convert/fields.js';
import { updatesOfFrame } from '../wire/convert/market-frame.js';
import { updateFromMessage } from '../wire/convert/market-update.js';
import { codec } from '../wire/schema.js';
import { drainOrEnd, writeIfOpen } from './drain-or-end.js';
import { malformed, withoutFeed } from './errors.js';
import type { ServerContext } from './server-context.js';
import type { DuplexHandler } from './with-call.js';

/** Places that one request of a source leaves for its updates, so that a sequence rises from update to update. */
const UPDATES_PER_SEQUENCE = MARKET_UPDATES_MAX;

/** MarketDataService.PublishMarketData: every request is answered, in order, with what was refused and why. */
export async function publishMarketData(
  context: ServerContext,
  call: Parameters<DuplexHandler>[0],
): Promise<void> {
  const { publisher, epochs } = context;
  if (publisher === undefined) throw withoutFeed();
  const intake = new Intake(publisher);
  const requests = call.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
  for (let next = await requests.next(); next.done !== true; next = await requests.next()) {
    const request = decode(next.value);
    const tally = intake.take(request);
    const answer = codec('margincube.v1.PublishMarketDataResponse').encode({
      sourceSequence: request.sourceSequence,
      acceptedCount: tally.accepted,
      refusedCount: tally.refused,
      refusals: [...tally.byReason.values()],
      gapDetected: tally.isGap,
      epoch: String(epochs.current?.market.epoch ?? 0),
    });
    if (!writeIfOpen(call, answer)) await drainOrEnd(call);
  }
}

class Tally {
  accepted = 0;
  refused = 0;
  isGap = false;
  readonly byReason = new Map<
    string,
    { reason: string; count: number; field: string; description: string }
  >();

  count(refusal: Refusal | undefined, path: string): void {
    if (refusal === undefined) {
      this.accepted += 1;
      return;
    }
    this.refused += 1;
    const { reason, field, message } = refusal;
    const known = this.byReason.get(reason);
    if (known !== undefined) known.count += 1;
    else {
      const at = [path, field].filter((part) => part !== '').join('.');
      this.byReason.set(reason, { reason, count: 1, field: at, description: message });
    }
  }
}

/** One stream of requests: where each of its sources stands. */
class Intake {
  readonly #lastSequence = new Map<string, number>();
  readonly #frameNames = new Map<string, readonly string[]>();

  constructor(private readonly publisher: EpochPublisher) {}

  take(request: RequestMessage): Tally {
    const { source, updates, frame } = request;
    if (source === '' || source.length > NAME_LENGTH_MAX)
      throw malformed(
        'source',
        `Expected 1 to ${String(NAME_LENGTH_MAX)} characters but received ${String(source.length)}`,
      );
    if (updates.length > MARKET_UPDATES_MAX)
      throw malformed(
        'updates',
        `Expected at most ${String(MARKET_UPDATES_MAX)} but received ${String(updates.length)}`,
      );
    const tally = new Tally();
    const sequence = this.#follow(source, integer(request.sourceSequence), tally);
    for (const [at, message] of updates.entries()) {
      const path = `updates[${String(at)}]`;
      const update = updateFromMessage(message);
      if (update.ok)
        tally.count(this.publisher.apply(update.value, { source, sequence: sequence + at }), path);
      else tally.count(update.failure, path);
    }
    if (frame !== null) this.#takeFrame(source, sequence + updates.length, frame, tally);
    return tally;
  }

  #takeFrame(source: string, sequence: number, frame: FrameMessage, tally: Tally): void {
    const read = updatesOfFrame(frame, this.#frameNames.get(source));
    if (!read.ok) {
      tally.count(read.failure, 'frame');
      return;
    }
    this.#frameNames.set(source, read.value.names);
    read.value.updates.forEach((update, at) => {
      tally.count(this.publisher.apply(update, { source, sequence: sequence + at }), 'frame');
    });
  }

  /** The place of the request's first update; a request without a number follows the last one. */
  #follow(source: string, stated: number, tally: Tally): number {
    const last = this.#lastSequence.get(source);
    const own = stated === 0 ? (last ?? 0) + 1 : stated;
    tally.isGap = last !== undefined && own !== last + 1;
    this.#lastSequence.set(source, Math.max(own, last ?? 0));
    return own * UPDATES_PER_SEQUENCE;
  }
}

function decode(bytes: Buffer): RequestMessage {
  try {
    return codec('margincube.v1.PublishMarketDataRequest').decode(bytes);
  } catch {
    throw malformed(
      '',
      `Expected a margincube.v1.PublishMarketDataRequest but received ${String(bytes.length)} bytes that are none`,
    );
  }
}

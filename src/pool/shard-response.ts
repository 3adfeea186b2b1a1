import { MESSAGE_BYTES_MAX } from '../limits.js';
import { frameOutcomePart } from '../wire/direct/frame.js';
import { codec } from '../wire/schema.js';

/** Room for the timing of a response and the framing around it. */
const RESERVED_BYTES = 1_024;
/** Tag and length in front of one outcome. */
const FRAMING_BYTES = 8;

/**
 * Frames encoded outcomes as BatchCalculateMarginResponse messages, as few as the message limit allows, each in a fresh
 * buffer of its own that may be transferred.
 */
export function frameOutcomes(
  outcomes: readonly Uint8Array[],
  timing: { readonly queueMicros: number; readonly computeMicros: number },
): Uint8Array<ArrayBuffer>[] {
  const encodedTiming = codec('margincube.v1.CalculationTiming').encode({
    queueMicros: Math.max(0, Math.round(timing.queueMicros)),
    computeMicros: Math.max(0, Math.round(timing.computeMicros)),
  });
  return groupBySize(outcomes, MESSAGE_BYTES_MAX - RESERVED_BYTES).map((group) =>
    frameOutcomePart(group, encodedTiming),
  );
}

function groupBySize(outcomes: readonly Uint8Array[], limit: number): Uint8Array[][] {
  const groups: Uint8Array[][] = [];
  let bytes = Infinity;
  for (const outcome of outcomes) {
    bytes += outcome.length + FRAMING_BYTES;
    if (bytes > limit) {
      groups.push([]);
      bytes = outcome.length + FRAMING_BYTES;
    }
    groups.at(-1)?.push(outcome);
  }
  return groups;
}

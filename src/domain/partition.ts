/** Partitions of all accounts. Fixed for ever: resume tokens, journals and message subjects carry the number. */
export const PARTITION_COUNT = 256;

/** FNV-1a, 32 bits (RFC draft-eastlake-fnv): offset basis and prime. */
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

const encoder = new TextEncoder();

/**
 * Partition of an account, 0 to `count - 1`: FNV-1a of the UTF-8 bytes of the id, modulo the count. Accounts that margin
 * together are placed by a common key (their owner). Every language has this hash in five lines, which is why it was chosen.
 */
export function partitionOf(accountId: string, count = PARTITION_COUNT): number {
  return fnv1a32(encoder.encode(accountId)) % count;
}

export function fnv1a32(bytes: Uint8Array): number {
  let hash = OFFSET_BASIS;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, PRIME);
  return hash >>> 0;
}

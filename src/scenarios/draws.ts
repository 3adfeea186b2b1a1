import { createHash } from 'node:crypto';

/**
 * Seed of everything that a scenario set draws: a hash of the draw version and of what describes the set. Draws are frozen: they
 * change when a parameter does, never from one epoch of the market to the next, because drawing anew moves a requirement by
 * several per cent without any move of the market.
 *
 * @returns eight words of 32 bits
 */
export function drawSeed(drawVersion: string, setSpec: Readonly<Record<string, unknown>>): readonly number[] {
  const text = JSON.stringify([drawVersion, Object.entries(setSpec).sort(([a], [b]) => (a < b ? -1 : 1))]);
  const digest = createHash('sha256').update(text).digest();
  return Array.from({ length: 8 }, (_, i) => digest.readUInt32LE(4 * i));
}

/**
 * Real processes that die on real files. Sizes in CI are small; `npm run crash` sets MARGINCUBE_CRASH=full and prints the table
 * of `docs/reliability.md`.
 */
import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededIntegers } from '../support/seeded.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { buildFaultyDisk, runRounds } from './crash/rounds.js';
import type { Fault, RoundPlan, Tally } from './crash/rounds.js';

const isFull = process.env.MARGINCUBE_CRASH === 'full';
const TIMEOUT_MS = 1_800_000;
/** Writes and syncs of one round: opening takes about 15, the rest are commits and snapshots. */
const OPERATIONS = 900;

const root = temporaryFolder('crash');
const random = seededIntegers(Number(process.env.MARGINCUBE_CRASH_SEED ?? '1'));

function plansOf(count: number, plan: (index: number) => Omit<RoundPlan, 'seed'>): RoundPlan[] {
  return Array.from({ length: count }, (_, index) => ({ seed: random(2 ** 30) + 1, ...plan(index) }));
}

function report(what: string, tally: Tally): void {
  const file = process.env.MARGINCUBE_CRASH_REPORT;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ what, ...tally })}\n`);
}

function expectNothingLost(tally: Tally, rounds: number): void {
  expect(tally.violations).toEqual([]);
  expect(tally.lost).toBe(0);
  expect(tally.rounds).toBe(rounds);
  expect(tally.acknowledged).toBeGreaterThan(rounds);
}

describe('a journal whose process is killed', () => {
  const rounds = isFull ? 500 : 20;
  it(`has every acknowledged entry, ${rounds} times`, { timeout: TIMEOUT_MS }, async () => {
    const plans = plansOf(rounds, () => ({
      kill: { acknowledgements: 1 + random(400), delayMs: random(8) },
    }));
    const tally = await runRounds(`${root}/kill`, plans);
    report('SIGKILL under load', tally);
    expectNothingLost(tally, rounds);
    expect(tally.killed).toBe(rounds);
  });
});

describe('a journal whose machine loses power', () => {
  const disk = buildFaultyDisk(root);
  const rounds = isFull ? 200 : 10;

  function cut(index: number, lies = false): { fault: Fault } {
    const sectorBytes = index % 2 === 0 ? 512 : 4096;
    const keepPercent = [0, 50, 90, 30][index % 4] ?? 0;
    return { fault: { mode: 'cut', at: 1 + random(OPERATIONS), sectorBytes, keepPercent, lies } };
  }

  it(`has every acknowledged entry, ${rounds} times`, { timeout: TIMEOUT_MS }, async () => {
    const tally = await runRounds(
      `${root}/cut`,
      plansOf(rounds, (index) => cut(index)),
      disk,
    );
    report('power cut, unsynced sectors dropped or torn', tally);
    expectNothingLost(tally, rounds);
    expect(tally.killed).toBe(rounds);
  });

  it('is found out when its disk lies about syncs', { timeout: TIMEOUT_MS }, async () => {
    const tally = await runRounds(
      `${root}/lie`,
      plansOf(3, () => cut(0, true)),
      disk,
    );
    expect(tally.lost + tally.violations.length).toBeGreaterThan(0);
  });
});

describe('a journal whose disk fails', () => {
  const disk = buildFaultyDisk(root);
  const rounds = isFull ? 300 : 12;
  it(
    `never acknowledges again, goes on reading, and loses nothing, ${rounds} times`,
    { timeout: TIMEOUT_MS },
    async () => {
      const modes = ['eio', 'enospc', 'short'] as const;
      const plans = plansOf(rounds, (index) => ({
        fault: {
          mode: modes[index % 3] ?? 'eio',
          at: 1 + random(OPERATIONS),
          sectorBytes: 512,
          keepPercent: 50,
        },
      }));
      const tally = await runRounds(`${root}/io`, plans, disk);
      report('EIO, ENOSPC or a short write, then a power cut', tally);
      expectNothingLost(tally, rounds);
      expect(tally.stopped).toBeGreaterThan(rounds / 4);
    },
  );
});

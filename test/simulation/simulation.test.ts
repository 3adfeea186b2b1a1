/**
 * Many seeded lives. CI runs a few, `npm run simulate` ten thousand; MARGINCUBE_SIMULATE is how many, MARGINCUBE_SIMULATE_SEED the
 * first seed. A violation prints the seed and the commit that reproduce it.
 */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from '../support/folders.js';
import { simulate } from './simulate.js';

const SEEDS = Number(process.env.MARGINCUBE_SIMULATE ?? '200');
const FIRST_SEED = Number(process.env.MARGINCUBE_SIMULATE_SEED ?? '1');
/** The planted bug loses something at every other crash or so. */
const CANARY_SEEDS = 20;

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: REPOSITORY,
      encoding: 'utf8',
    }).trim();
  } catch {
    return 'unknown';
  }
}

describe('accounts on a journal on a disk that crashes', () => {
  it(`keep every promise, ${SEEDS} seeds`, { timeout: 3_600_000 }, async () => {
    const total = { acknowledged: 0, crashes: 0, snapshots: 0, replays: 0 };
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        const { acknowledged, crashes, snapshots, replays } = await simulate(seed);
        total.acknowledged += acknowledged;
        total.crashes += crashes;
        total.snapshots += snapshots;
        total.replays += replays;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(
          `seed ${seed}, commit ${commit()}: ${message}\n  MARGINCUBE_SIMULATE_SEED=${seed} MARGINCUBE_SIMULATE=1 reproduces it`,
          { cause: error },
        );
      }
    }
    process.stdout.write(`${SEEDS} seeds from ${FIRST_SEED}: ${JSON.stringify(total)}\n`);
    expect(total.acknowledged).toBeGreaterThan(20 * SEEDS);
    expect(total.crashes).toBeGreaterThan(3 * SEEDS);
    expect(total.snapshots).toBeGreaterThan(SEEDS / 4);
    expect(total.replays).toBeGreaterThan(0);
  });

  it('give the same run for the same seed', async () => {
    expect(await simulate(FIRST_SEED)).toEqual(await simulate(FIRST_SEED));
  });

  it('are caught when writes are acknowledged before they are durable', async () => {
    const outcomes = [];
    for (let seed = 1; seed <= CANARY_SEEDS; seed++) {
      outcomes.push(
        await simulate(seed, { acknowledgesEarly: true }).then(
          () => 'kept',
          (error: unknown) => (error instanceof Error ? error.name : 'thrown'),
        ),
      );
    }
    expect(outcomes).toContain('Violation');
  });
});

/** The proto files against the rest of the repository: generated types, lint, and the words of the domain. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { INSTRUMENT_KINDS, OPTION_TYPES, SETTLEMENTS } from '../../src/domain/instrument.js';
import { FAILURE_REASONS } from '../../src/domain/outcome.js';
import { ORDER_SIDES } from '../../src/domain/portfolio.js';
import { CONTRIBUTION_LEVELS, QUALITIES } from '../../src/domain/report.js';
import { ContributionLevel } from '../../src/gen/margincube/v1/ContributionLevel.js';
import { FailureReason } from '../../src/gen/margincube/v1/FailureReason.js';
import { InstrumentKind } from '../../src/gen/margincube/v1/InstrumentKind.js';
import { OptionType } from '../../src/gen/margincube/v1/OptionType.js';
import { Quality } from '../../src/gen/margincube/v1/Quality.js';
import { Settlement } from '../../src/gen/margincube/v1/Settlement.js';
import { Side } from '../../src/gen/margincube/v1/Side.js';
import { REPOSITORY } from '../support/folders.js';

function run(command: string, args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: REPOSITORY, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

describe('the contract', () => {
  it('passes buf lint', () => {
    expect(run('node_modules/.bin/buf', ['lint'])).toEqual({ status: 0, output: '' });
  });

  it('is what the generated types were generated from', () => {
    expect(run(process.execPath, ['scripts/generate-types.mjs', '--check'])).toEqual({
      status: 0,
      output: '',
    });
  });

  it.each([
    ['FAILURE_REASON', FAILURE_REASONS, FailureReason],
    ['QUALITY', QUALITIES, Quality],
    ['INSTRUMENT_KIND', INSTRUMENT_KINDS, InstrumentKind],
    ['OPTION_TYPE', OPTION_TYPES, OptionType],
    ['SETTLEMENT', SETTLEMENTS, Settlement],
    ['SIDE', ORDER_SIDES, Side],
    ['CONTRIBUTION_LEVEL', CONTRIBUTION_LEVELS, ContributionLevel],
  ])('has the words of the domain in %s, in their order', (prefix, words, values) => {
    expect(Object.keys(values)).toEqual(['UNSPECIFIED', ...words].map((word) => `${prefix}_${word}`));
  });
});

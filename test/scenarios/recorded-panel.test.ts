/** The panel of the repository is what its script makes of the recorded chains. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { dataFolder, REPOSITORY } from '../support/folders.js';

const data = dataFolder();

describe.runIf(data)('the recorded panel', () => {
  test('has the levels of the recorded chains to the last digit that it keeps', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [path.join(REPOSITORY, 'scripts/reduce-panel.mjs'), '--check'],
      { encoding: 'utf8', env: { ...process.env, MARGINCUBE_DATA: data } },
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^304 days compared/);
  });
});

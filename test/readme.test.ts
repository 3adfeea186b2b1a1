/** What the README says to do is done. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from './support/folders.js';
import { readTracked } from './support/sources.js';

describe('the library example of the README', () => {
  it('prints margins and failures', () => {
    const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readTracked('README.md')) ?? [];
    // Inside the package, where its own name resolves to its exports.
    const folder = path.join(REPOSITORY, 'build');
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'readme-example.mjs');
    writeFileSync(file, code);
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^iron-condor-usdc \d+\.\d+ USDC$/m);
    expect(stdout).toMatch(/^positions\[\d+\]\.instrument Expected /m);
  });
});

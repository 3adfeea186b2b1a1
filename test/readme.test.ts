/** What the README says to do is done. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from './support/folders.js';
import { readTracked } from './support/sources.js';

/** The JavaScript blocks of the README, in order. */
const examples = [...readTracked('README.md').matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = '']) => code);

/** What an example prints; it runs inside the package, where its own name resolves to its exports. */
function runExample(name: string, code = ''): string {
  const folder = path.join(REPOSITORY, 'build');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `readme-${name}.mjs`);
  writeFileSync(file, code);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

describe('the examples of the README', () => {
  it('print margins and failures from the library', () => {
    const printed = runExample('library', examples[0]);
    expect(printed).toMatch(/^iron-condor-usdc \d+\.\d+ USDC$/m);
    expect(printed).toMatch(/^positions\[\d+\]\.instrument Expected /m);
  });

  it('print the answers of a server', () => {
    const printed = runExample('client', examples[1]);
    expect(printed).toMatch(/^\d+ iron-condor-usdc \d+\.\d+$/m);
    expect(printed).toMatch(/^BTC-PERP \d+(\.\d+)?$/m);
    expect(printed).toMatch(/^CHECK_DECISION_REJECT\nUNKNOWN_ACCOUNT$/m);
  });
});

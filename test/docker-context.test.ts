import { expect, it } from 'vitest';
import { readTracked } from './support/sources.js';

const patternsOf = (file: string): string[] =>
  readTracked(file)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

it('an image is built from no more than what is tracked', () => {
  const leftOut = new Set(patternsOf('.dockerignore'));
  const untracked = patternsOf('.gitignore').map((pattern) => pattern.replace(/\/$/, ''));
  expect(leftOut).toContain('.git');
  // Docker's patterns are below the root of the context, those of git in every folder.
  const taken = untracked.filter((pattern) => !leftOut.has(pattern) && !leftOut.has(`**/${pattern}`));
  expect(taken).toEqual([]);
});

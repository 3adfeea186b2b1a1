import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Native addons are loaded once per process: a forked process per file is the isolation that they are built for.
    pool: 'forks',
    // Two test processes on the smallest machine that runs them; the pool and server tests start threads of their own.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
    allowOnly: false,
  },
});

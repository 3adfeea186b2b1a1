import { defineConfig } from 'vitest/config';

/**
 * Rooms whose tests change nothing outside themselves share their processes: most of the time of a small test file is the
 * loading of what it tests. Every other file has a process of its own, because it starts servers, pools and commands or loads
 * the addons in ways of its own.
 */
const SHARED_PROCESS = ['domain', 'measures', 'scenarios', 'models', 'engine', 'wire', 'market'].map(
  (room) => `test/${room}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    // Native addons are loaded once per process: forked processes are the isolation that they are built for.
    pool: 'forks',
    // Two test processes on the smallest machine that runs them; the pool and server tests start threads of their own.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    passWithNoTests: false,
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: { name: 'rooms', include: SHARED_PROCESS, isolate: false },
      },
      {
        extends: true,
        test: { name: 'parts', include: ['test/**/*.test.ts'], exclude: SHARED_PROCESS, isolate: true },
      },
    ],
  },
});

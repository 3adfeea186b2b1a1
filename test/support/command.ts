import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { REPOSITORY } from './folders.js';

/** The command as users run it: the compiled file, which `npm test` builds first. */
export const MARGINCUBE = path.join(REPOSITORY, 'dist/cli/margincube.js');

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The JSON of a chain with 2,000 instruments is about 2 MiB. */
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;

/** Runs `margincube ARGUMENTS...` to its end in a process of its own. */
export function margincube(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): CommandResult {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [MARGINCUBE, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...environment },
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  if (error) throw error;
  return { code: status, stdout, stderr };
}

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

/**
 * Runs `margincube ARGUMENTS...` in this process, without a start of its own: what the command prints and the exit code that it would
 * have. Tests of the process itself (signals, pipes, usage of Commander) start it with `margincube`.
 */
export async function margincubeHere(args: readonly string[]): Promise<CommandResult> {
  const { createProgram } = await import('../../src/cli/program.js');
  const { reportError } = await import('../../src/cli/run-command.js');
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const output = {
    print: (text: string) => void stdout.push(`${text}\n`),
    warn: (text: string) => void stderr.push(`${text}\n`),
  };
  const exitCodeBefore = process.exitCode;
  process.exitCode = 0;
  let refused: number | undefined;
  try {
    await createProgram(output).parseAsync(args, { from: 'user' });
  } catch (error) {
    refused = reportError(error, output);
  }
  const code = refused ?? currentExitCode();
  process.exitCode = exitCodeBefore;
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

/** What a command has set. */
function currentExitCode(): number {
  return Number(process.exitCode ?? 0);
}

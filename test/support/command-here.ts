import type { Output } from '../../src/cli/output.js';
import { createProgram } from '../../src/cli/program.js';
import { reportError } from '../../src/cli/run-command.js';
import type { CommandResult } from './command.js';

/**
 * Runs `margincube ARGUMENTS...` in this process, one at a time: what users run but for the start of a process, which takes
 * longer than most commands.
 */
export async function margincubeHere(args: readonly string[]): Promise<CommandResult> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const output: Output = {
    print: (text) => stdout.push(`${text}\n`),
    warn: (text) => stderr.push(`${text}\n`),
  };
  const formerExitCode = process.exitCode;
  process.exitCode = undefined;
  try {
    const program = await createProgram(output, args);
    await program.parseAsync(args, { from: 'user' });
    return result(exitCodeOfCommand(), stdout, stderr);
  } catch (error) {
    return result(reportError(error, output), stdout, stderr);
  } finally {
    process.exitCode = formerExitCode;
  }
}

function result(code: number, stdout: readonly string[], stderr: readonly string[]): CommandResult {
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

/** What the command has set; 0 where it has set nothing. */
function exitCodeOfCommand(): number {
  return Number(process.exitCode ?? 0);
}

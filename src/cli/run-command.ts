import { CommanderError } from 'commander';
import { EXIT, InputError } from './exit.js';
import type { Output } from './output.js';
import { endQuietlyOnClosedPipe, processOutput } from './output.js';

/** Runs a command in this process: expected errors become one line on stderr and an exit code, defects a stack trace. */
export async function runCommand(command: () => Promise<unknown>): Promise<void> {
  endQuietlyOnClosedPipe();
  try {
    await command();
  } catch (error) {
    process.exitCode = reportError(error, processOutput);
  }
}

/**
 * Says what went wrong and gives the exit code; what is no expected error is thrown on. Commander has already printed what
 * is wrong with the usage; help and version are its errors with exit code 0.
 */
export function reportError(error: unknown, output: Output): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.DONE : EXIT.BAD_INPUT;
  if (error instanceof InputError) {
    output.warn(`margincube: ${error.message}`);
    return EXIT.BAD_INPUT;
  }
  throw error;
}

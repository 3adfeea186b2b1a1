import { CommanderError } from 'commander';
import { EXIT, InputError } from './exit.js';
import { endQuietlyOnClosedPipe, processOutput } from './output.js';

/** Runs a command in this process: expected errors become one line on stderr and an exit code, defects a stack trace. */
export async function runCommand(command: () => Promise<unknown>): Promise<void> {
  endQuietlyOnClosedPipe();
  try {
    await command();
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Commander has already printed what is wrong with the usage; help and version are its errors with exit code 0. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.DONE : EXIT.BAD_INPUT;
  if (error instanceof InputError) {
    processOutput.warn(`margincube: ${error.message}`);
    return EXIT.BAD_INPUT;
  }
  throw error;
}

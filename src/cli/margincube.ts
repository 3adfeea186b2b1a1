#!/usr/bin/env node
import { CommanderError } from 'commander';
import { EXIT, InputError } from './exit.js';
import { endQuietlyOnClosedPipe, processOutput } from './output.js';
import { createProgram } from './program.js';

endQuietlyOnClosedPipe();
try {
  await createProgram(processOutput).parseAsync();
} catch (error) {
  process.exitCode = report(error);
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

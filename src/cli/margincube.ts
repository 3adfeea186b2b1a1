#!/usr/bin/env node
import { processOutput } from './output.js';
import { createProgram } from './program.js';
import { runCommand } from './run-command.js';

await runCommand(async () =>
  (await createProgram(processOutput, process.argv.slice(2))).parseAsync(process.argv),
);

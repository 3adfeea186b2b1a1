#!/usr/bin/env node
import { processOutput } from './output.js';
import { createProgram } from './program.js';
import { runCommand } from './run-command.js';

await runCommand(() => createProgram(processOutput).parseAsync());

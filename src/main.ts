/** `npm start`: builds nothing, asks nothing, shows the margins of the sample accounts and serves. */
import { runDemo } from './cli/commands/demo.js';
import { processOutput } from './cli/output.js';
import { runCommand } from './cli/run-command.js';

await runCommand(() => runDemo(processOutput));

import { EXIT } from './exit.js';

/** Where a command writes: results to stdout, remarks and errors to stderr. */
export interface Output {
  /** Writes one line or a block of lines. */
  print(text: string): void;
  warn(text: string): void;
}

export const processOutput: Output = {
  print: (text) => {
    process.stdout.write(`${text}\n`);
  },
  warn: (text) => {
    process.stderr.write(`${text}\n`);
  },
};

/** A reader that closes the pipe early (`| head`) has had enough: no error, nothing more to write. */
export function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(`margincube: standard output: cannot write: ${error.message}\n`);
    process.exit(EXIT.BAD_INPUT);
  });
}

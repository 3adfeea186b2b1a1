/** How a command ends. */
export const EXIT = {
  DONE: 0,
  /** A portfolio failed, a published case missed. */
  FAILED: 1,
  /** Bad usage, a file that cannot be read, input that nothing can be made of. */
  BAD_INPUT: 2,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with `EXIT.BAD_INPUT` and this one message on stderr. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

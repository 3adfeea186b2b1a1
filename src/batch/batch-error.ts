/** Input that nothing can be made of: the command ends with exit code 2. The message names the file and, where known, the row. */
export class BatchInputError extends Error {
  override readonly name = 'BatchInputError';
}

/** The run cannot go on though its input is good, e.g. a full disk: the command ends with exit code 1 and may be repeated. */
export class BatchRunError extends Error {
  override readonly name = 'BatchRunError';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A write of LMDB that rejects with the cause of its failure, not with an error that promises the cause. */
export async function durablePut(write: Promise<boolean>): Promise<void> {
  try {
    await write;
  } catch (error) {
    throw await causeOf(error);
  }
}

/** A cause that does not come by the next turn of the event loop is not waited for. */
function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return Promise.resolve(error);
  const cause = Promise.resolve(error.commitError).catch((reason: unknown) => reason);
  const turn = new Promise((resolve) => setImmediate(resolve, error));
  return Promise.race([cause, turn]);
}

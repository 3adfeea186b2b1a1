import { createHash } from 'node:crypto';
import { open, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Makes a written file durable, then gives it its final name. */
export async function commitFile(temporary: string, final: string): Promise<void> {
  await syncPath(temporary);
  await rename(temporary, final);
  await syncPath(path.dirname(final));
}

/** The same for a text that is written now. */
export async function commitText(final: string, text: string): Promise<void> {
  const temporary = `${final}.tmp`;
  await naming(temporary, () => writeFile(temporary, text));
  await commitFile(temporary, final);
}

export async function syncPath(target: string): Promise<void> {
  const handle = await open(target, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Names the file in what goes wrong while it is written: the system says "no space left on device" and not where. */
export async function naming<T>(file: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof Error) || error.message.includes(file)) throw error;
    throw new Error(`${file}: ${error.message}`, { cause: error });
  }
}

/** What a manifest says of a file. */
export interface FileFacts {
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly fileHash: string;
}

export async function factsOf(file: string): Promise<FileFacts> {
  return { fileHash: await fileHash(file), bytes: (await stat(file)).size };
}

const READ_BYTES = 1 << 20;

/** SHA-256 of a file's bytes, hex. */
export async function fileHash(file: string): Promise<string> {
  const hash = createHash('sha256');
  const memory = Buffer.allocUnsafeSlow(READ_BYTES);
  const handle = await open(file, 'r');
  try {
    for (;;) {
      const { bytesRead } = await handle.read(memory, 0, READ_BYTES, null);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(memory.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

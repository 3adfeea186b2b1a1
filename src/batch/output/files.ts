import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, writeFile } from 'node:fs/promises';
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

/** SHA-256 of a file's bytes, hex. */
export async function fileHash(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

/** Snapshots as files: written beside, synced, renamed into place, and the directory synced. */
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { syncDirectory } from './sync-directory.js';

const SUFFIX = '.snapshot';
const UNFINISHED = '.unfinished';
/** Digits of 2^53. */
const DIGITS = 16;

export class SnapshotDirectory {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Opens or makes the directory and removes what an earlier process left unfinished. */
  static async open(directory: string): Promise<SnapshotDirectory> {
    await mkdir(directory, { recursive: true });
    for (const name of await readdir(directory)) {
      if (name.endsWith(UNFINISHED)) await rm(path.join(directory, name), { force: true });
    }
    return new SnapshotDirectory(directory);
  }

  async sequences(): Promise<number[]> {
    const names = (await readdir(this.#directory)).filter((name) => name.endsWith(SUFFIX));
    return names.map((name) => Number(name.slice(0, -SUFFIX.length))).sort((a, b) => a - b);
  }

  read(sequence: number): Promise<Uint8Array> {
    return readFile(this.#file(sequence));
  }

  async write(sequence: number, parts: readonly Uint8Array[]): Promise<void> {
    const file = this.#file(sequence);
    const unfinished = file + UNFINISHED;
    const handle = await open(unfinished, 'w');
    try {
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
    await syncDirectory(this.#directory);
  }

  async remove(sequence: number): Promise<void> {
    await rm(this.#file(sequence), { force: true });
  }

  #file(sequence: number): string {
    return path.join(this.#directory, String(sequence).padStart(DIGITS, '0') + SUFFIX);
  }
}

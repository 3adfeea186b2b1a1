/** A folder that goes away with the test file that asked for it. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `margincube-${name}-`));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

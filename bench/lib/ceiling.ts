/** What a machine makes of two processes that share nothing: the most that two workers can gain on it at the time. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const CHILD = path.join(import.meta.dirname, 'ceiling-child.js');

async function workSeconds(): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD]);
  return Number(stdout);
}

/** Work of two processes at once over that of one in the same time; 2 where each has a core to itself. */
export async function twoProcessGain(): Promise<number> {
  const alone = await workSeconds();
  const together = await Promise.all([workSeconds(), workSeconds()]);
  return (2 * alone) / Math.max(...together);
}

/** Runs a command and says what it cost: wall, processor time, peak memory. Linux. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessCost {
  readonly wallSeconds: number;
  /** User and system, all threads. */
  readonly cpuSeconds: number;
  /** Largest resident set, MiB. */
  readonly peakMiB: number;
  readonly stdout: string;
}

/** A peak that lasts no longer than this between two looks is still seen: the kernel keeps the high-water mark. */
const POLL_MS = 10;
/** Ticks of the processor clock in /proc. */
const TICKS_PER_SECOND = 100;

/** @throws Error when the command fails, with what it said */
export async function runMeasured(program: string, args: readonly string[]): Promise<ProcessCost> {
  const startedMs = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [cpuSeconds, peakMiB] = [0, 0];
  const look = setInterval(() => {
    const seen = readCost(child.pid ?? 0);
    if (seen === undefined) return;
    cpuSeconds = seen.cpuSeconds;
    peakMiB = Math.max(peakMiB, seen.peakMiB);
  }, POLL_MS);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearInterval(look);
  const wallSeconds = (performance.now() - startedMs) / 1_000;
  if (code !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${String(code)}: ${stderr.slice(-2_000)}`);
  return { wallSeconds, cpuSeconds, peakMiB, stdout };
}

function readCost(pid: number): { readonly cpuSeconds: number; readonly peakMiB: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // Fields after the name in parentheses; user and system time are the 12th and 13th of them.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
    if (peak === undefined) return undefined;
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      peakMiB: Number(peak) / 1_024,
    };
  } catch {
    return undefined;
  }
}

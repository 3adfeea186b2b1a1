/** What a figure was measured on: without it the figure says nothing. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';

/** Processor, cores, memory, system and Node, in one line. */
export function describeMachine(): string {
  const model = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  const cores = os.availableParallelism();
  const gib = Math.round(os.totalmem() / 2 ** 30);
  return `${model}, ${String(cores)} cores, ${String(gib)} GiB, ${os.type()} ${os.release()}, Node ${process.versions.node}`;
}

/** Instruction sets that matter to the kernels, as the system reports them. */
export function describeVectorUnits(): string {
  const flags = new Set(readCpuFlags());
  const units = ['sse4_2', 'avx2', 'fma', 'avx512f', 'avx512dq', 'asimd'].filter((flag) => flags.has(flag));
  return units.length === 0 ? 'unknown' : units.join(' ');
}

function readCpuFlags(): string[] {
  try {
    const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
    return line?.[1]?.split(' ') ?? [];
  } catch {
    return [];
  }
}

/** Short commit of the tree, with `-dirty` when tracked files differ from it; `unknown` outside a repository. */
export function describeCommit(root: string): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const commit = git('rev-parse', '--short=12', 'HEAD');
    // The results of the suite before this one are no change of what is measured.
    const changes = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!bench/results');
    return changes === '' ? commit : `${commit}-dirty`;
  } catch {
    return 'unknown';
  }
}

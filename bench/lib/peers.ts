import { spawnSync } from 'node:child_process';

const PYTHON = '/usr/bin/python3';

/** Whether the peer's module can be imported by Debian's Python; says so once where it cannot. */
export function hasPeer(module: string): boolean {
  const { status } = spawnSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore' });
  if (status === 0) return true;
  process.stdout.write(`peer left out: ${PYTHON} cannot import ${module}\n`);
  return false;
}

/** The last line of what a peer of `bench/peers` prints, as JSON. */
export function runPeer(script: string, args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync(PYTHON, [`bench/peers/${script}`, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`bench/peers/${script} ended with ${String(status)}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

/**
 * `node scripts/end-of-day-kills.mjs [--accounts N] [--shards N] [--kills N] [--workers 1,2,3]`: an end-of-day run as an array of jobs of
 * GNU parallel, killed at random and repeated by `parallel --resume-failed` until every shard is there. Prints a table in Markdown, and
 * ends with 1 where a file of the merged run is not that of an undisturbed one to the byte.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const MARKET = path.join(root, 'examples/market.json');
const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '2000' },
    shards: { type: 'string', default: '100' },
    kills: { type: 'string', default: '50' },
    workers: { type: 'string', default: '1,2,3' },
    jobs: { type: 'string', default: '2' },
  },
});
const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-kills-'));
const inFolder = (name) => path.join(folder, name);
const command = [process.execPath, path.join(root, 'dist/cli/margincube.js')];

try {
  process.exitCode = main() ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function main() {
  writeInputs();
  const undisturbed = inFolder('undisturbed');
  run([...command, 'eod', ...inputs(undisturbed), '--of', values.shards, '--workers', '1']);
  const expected = hashesOf(undisturbed);
  print(
    `${os.cpus()[0]?.model ?? 'processor'}, ${os.availableParallelism()} cores; Node ${process.version}; commit ${commit()}`,
  );
  print('| workers | jobs | shards | kills | rounds of `parallel` | seconds | files that differ |');
  print('| ------: | ---: | -----: | ----: | -------------------: | ------: | ----------------- |');
  let isSame = true;
  for (const workers of values.workers.split(',')) {
    const { kills, rounds, seconds, out } = killedRun(workers);
    const found = hashesOf(out);
    const differing = Object.keys({ ...expected, ...found }).filter((name) => expected[name] !== found[name]);
    isSame &&= differing.length === 0;
    const cells = [
      workers,
      values.jobs,
      values.shards,
      kills,
      rounds,
      seconds.toFixed(0),
      differing.join(', ') || 'none',
    ];
    print(`| ${cells.join(' | ')} |`);
  }
  return isSame;
}

function killedRun(workers) {
  const startedAt = performance.now();
  const out = inFolder(`killed-${workers}`);
  const shard = [...inputs(out), '--of', values.shards];
  run([...command, 'eod', 'plan', ...shard]);
  // A job is killed at a random time of its life, until enough were.
  const kills = inFolder(`kills-${workers}`);
  const job = inFolder(`job-${workers}.sh`);
  writeFileSync(kills, '');
  writeFileSync(
    job,
    [
      `shard=(${[...command, 'eod', 'shard', ...shard, '--workers', workers].map(quoted).join(' ')} --index "$1")`,
      `[ "$(stat -c %s ${quoted(kills)})" -ge ${values.kills} ] && exec "\${shard[@]}"`,
      'timeout -s KILL "0.$((RANDOM % 9 + 1))$((RANDOM % 10))" "${shard[@]}"',
      'code=$?',
      `[ "$code" = 137 ] && printf x >> ${quoted(kills)}`,
      'exit "$code"',
    ].join('\n'),
  );
  let rounds = 0;
  for (let failed = true; failed; rounds += 1) {
    if (rounds > 100) throw new Error('expected the shards to be there after a hundred rounds');
    const log = ['--joblog', inFolder(`log-${workers}`), ...(rounds === 0 ? [] : ['--resume-failed'])];
    const jobs = ['--jobs', values.jobs, ...log, 'bash', job, '{}', ':::'];
    const shards = Array.from({ length: Number(values.shards) }, (_, index) => String(index));
    failed = spawnSync('parallel', [...jobs, ...shards], { stdio: 'ignore' }).status !== 0;
  }
  run([...command, 'eod', 'merge', '--out', out]);
  rmSync(path.join(out, 'parts'), { recursive: true });
  return { out, kills: readFileSync(kills).length, rounds, seconds: (performance.now() - startedAt) / 1_000 };
}

function writeInputs() {
  run([
    ...command,
    'bench',
    'generate',
    '--accounts',
    values.accounts,
    '--market',
    MARKET,
    '--out',
    inFolder('book'),
  ]);
  writeFileSync(inFolder('params.json'), JSON.stringify({ draws: { count: 1_000 } }));
}

function inputs(out) {
  return [
    ...['--market', MARKET, '--portfolios', inFolder('book/positions.parquet')],
    ...['--collateral', inFolder('book/collateral.parquet')],
    ...['--model', 'es', '--params', inFolder('params.json'), '--out', out],
  ];
}

function hashesOf(out) {
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return Object.fromEntries(
    files.map(({ name, parentPath }) => {
      const bytes = readFileSync(path.join(parentPath, name));
      return [name, createHash('sha256').update(bytes).digest('hex')];
    }),
  );
}

function run([program, ...args]) {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
}

function quoted(text) {
  return `'${text}'`;
}

function commit() {
  return spawnSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
}

function print(line) {
  process.stdout.write(`${line}\n`);
}

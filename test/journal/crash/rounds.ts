/** Runs the writer again and again on one journal, lets it die, and counts what was acknowledged and is not there. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { REPOSITORY } from '../../support/folders.js';

const HERE = path.join(REPOSITORY, 'test/journal/crash');
/** A journal dies this often before a fresh one takes its place. */
const ROUNDS_PER_JOURNAL = 10;
/** A round takes a second or two; a process that says nothing for so long will not end by itself. */
const SILENCE_MS = 30_000;

/** What the disk does, see `faulty_disk.c`. */
export interface Fault {
  readonly mode: 'cut' | 'eio' | 'enospc' | 'short';
  readonly at: number;
  readonly sectorBytes: 512 | 4096;
  readonly keepPercent: number;
  readonly lies?: boolean;
}

export interface RoundPlan {
  readonly seed: number;
  readonly fault?: Fault;
  /** SIGKILL after this many acknowledgements and so many milliseconds. */
  readonly kill?: { readonly acknowledgements: number; readonly delayMs: number };
}

export interface Tally {
  rounds: number;
  /** Processes that died of SIGKILL, by us or by the disk. */
  killed: number;
  /**
   * Processes that LMDB aborted after a failed write, its error message being longer than the memory that it takes for it, or that
   * wait without end for a lock of LMDB's which the failed write left locked.
   */
  aborted: number;
  /** Processes that said that they stopped acknowledging, and went on reading. */
  stopped: number;
  /** Processes that did not get the journal open, because the disk failed meanwhile. */
  notOpened: number;
  acknowledged: number;
  /** Entries acknowledged and absent after the next start. */
  lost: number;
  /** What a process found wrong with what it read, and acknowledgements after a stop. */
  violations: string[];
}

interface Round {
  readonly signal: NodeJS.Signals | null;
  /** It had to be killed because it did not end. */
  readonly hung: boolean;
  readonly recovered: { first?: number; last?: number; error?: string; reason?: string } | undefined;
  readonly lastAcknowledged: number;
  readonly acknowledgedAfterStop: boolean;
  readonly failure: { last: number; late: { ok: boolean } } | undefined;
}

/** Compiles the failing disk into a folder. */
export function buildFaultyDisk(folder: string): string {
  const library = path.join(folder, 'faulty_disk.so');
  const flags = ['-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC'];
  execFileSync('cc', [...flags, '-o', library, path.join(HERE, 'faulty_disk.c'), '-ldl', '-lpthread']);
  return library;
}

/** Runs the plans in order and then reads everything back once more on a good disk. */
export async function runRounds(
  folder: string,
  plans: readonly RoundPlan[],
  faultyDisk?: string,
): Promise<Tally> {
  const tally: Tally = {
    rounds: 0,
    killed: 0,
    aborted: 0,
    stopped: 0,
    notOpened: 0,
    acknowledged: 0,
    lost: 0,
    violations: [],
  };
  for (let from = 0; from < plans.length; from += ROUNDS_PER_JOURNAL) {
    const directory = path.join(folder, `journal-${from}`);
    mkdirSync(directory, { recursive: true });
    let mustHave = 0;
    for (const plan of plans.slice(from, from + ROUNDS_PER_JOURNAL)) {
      mustHave = count(tally, plan, await runRound(directory, plan, faultyDisk), mustHave);
    }
    const check = { seed: from + 1, kill: { acknowledgements: 1, delayMs: 0 } };
    count(tally, check, await runRound(directory, check), mustHave);
    tally.rounds--;
    tally.killed--;
  }
  return tally;
}

/** Adds a round to the tally; returns the last entry that every later process must find. */
function count(tally: Tally, plan: RoundPlan, round: Round, mustHave: number): number {
  const { recovered, lastAcknowledged, failure, signal, hung } = round;
  tally.rounds++;
  // A cut shortens files under the memory maps of threads that still run: SIGBUS is a death by power cut, too.
  if ((signal === 'SIGKILL' && !hung) || (signal === 'SIGBUS' && plan.fault?.mode === 'cut')) tally.killed++;
  if (failure !== undefined) tally.stopped++;
  const violation = (what: string): void => {
    tally.violations.push(`seed ${plan.seed}: ${what} (${JSON.stringify({ plan, round })})`);
  };
  const isWriteFault = plan.fault !== undefined && plan.fault.mode !== 'cut';
  if ((hung || signal === 'SIGABRT' || signal === 'SIGSEGV') && isWriteFault) tally.aborted++;
  else if (hung) violation('did not end');
  else if (signal !== null && signal !== 'SIGKILL' && signal !== 'SIGBUS') violation(`died of ${signal}`);
  if (failure?.late.ok === true || round.acknowledgedAfterStop) violation('acknowledged after it stopped');
  if (recovered === undefined) return mustHave;
  if (recovered.last === undefined) {
    tally.notOpened++;
    // The disk may fail while the log is opened, or with the first write of a new writer.
    const isOfTheDisk = recovered.reason === 'UNAVAILABLE' || recovered.reason === 'STOPPED';
    if (plan.fault === undefined || !isOfTheDisk) violation(recovered.error ?? 'no reason');
    return mustHave;
  }
  tally.lost += Math.max(0, mustHave - recovered.last);
  tally.acknowledged += Math.max(0, lastAcknowledged - recovered.last);
  return Math.max(recovered.last, lastAcknowledged);
}

function runRound(directory: string, plan: RoundPlan, faultyDisk = ''): Promise<Round> {
  const child = spawn(
    process.execPath,
    [path.join(HERE, 'writer.mjs'), directory, String(plan.seed), '2000'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...faultEnvironment(directory, plan, faultyDisk) },
    },
  );
  let recovered: Round['recovered'];
  let failure: Round['failure'];
  let lastAcknowledged = 0;
  let acknowledgements = 0;
  let acknowledgedAfterStop = false;
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  let hung = false;
  const watch = setTimeout(() => {
    hung = true;
    kill();
  }, SILENCE_MS);
  createInterface({ input: child.stdout }).on('line', (line) => {
    watch.refresh();
    const text = line.slice(2);
    if (line.startsWith('R ')) recovered = JSON.parse(text) as Round['recovered'];
    if (line.startsWith('F ')) failure = JSON.parse(text) as Round['failure'];
    if (!line.startsWith('A ')) return;
    lastAcknowledged = Number(text);
    if (failure !== undefined) acknowledgedAfterStop = true;
    if (++acknowledgements === plan.kill?.acknowledgements) setTimeout(kill, plan.kill.delayMs);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_, signal) => {
      clearTimeout(watch);
      resolve({ signal, hung, recovered, failure, lastAcknowledged, acknowledgedAfterStop });
    });
  });
}

function faultEnvironment(
  directory: string,
  { fault, seed }: RoundPlan,
  faultyDisk: string,
): NodeJS.ProcessEnv {
  if (fault === undefined) return {};
  return {
    LD_PRELOAD: faultyDisk,
    FAULT_DIR: directory,
    FAULT_MODE: fault.mode,
    FAULT_AT: String(fault.at),
    FAULT_SECTOR: String(fault.sectorBytes),
    FAULT_KEEP: String(fault.keepPercent),
    FAULT_SEED: String(seed),
    FAULT_LIE: fault.lies === true ? '1' : '0',
  };
}

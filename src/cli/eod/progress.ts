import type { Progress } from '../../batch/prepare.js';
import { formatCount } from '../format.js';
import type { Output } from '../output.js';

const NAMES: Readonly<Record<Progress['stage'], string>> = {
  read: 'read',
  cube: 'cubes',
  margin: 'margins',
  write: 'tables',
};
const UNITS: Readonly<Record<Progress['stage'], string>> = {
  read: 'accounts',
  cube: 'instruments',
  margin: 'accounts',
  write: 'sets',
};
const BAR_WIDTH = 24;
/** A line per tenth where nobody watches. */
const PLAIN_STEPS = 10;

/** A bar with rate and time left on a terminal; a plain line per stage and tenth of the margins otherwise. */
export function progressReporter(output: Output, isTerminal: boolean): (progress: Progress) => void {
  const startedAt = new Map<Progress['stage'], number>();
  let lastStep = '';
  return ({ stage, done, total }) => {
    const now = performance.now();
    const since = startedAt.get(stage) ?? now;
    startedAt.set(stage, since);
    const seconds = (now - since) / 1_000;
    const text = describe(stage, done, total, seconds);
    if (isTerminal) {
      process.stderr.write(`\r\x1b[K${bar(done, total)} ${text}${done === total ? '\n' : ''}`);
      return;
    }
    const step = `${stage} ${String(Math.floor((PLAIN_STEPS * done) / Math.max(1, total)))}`;
    if (step === lastStep || (stage !== 'margin' && done < total)) return;
    lastStep = step;
    output.warn(text);
  };
}

function describe(stage: Progress['stage'], done: number, total: number, seconds: number): string {
  const counts = `${NAMES[stage]}: ${formatCount(done)} of ${formatCount(total)} ${UNITS[stage]}`;
  if (!(seconds > 0) || done === 0) return counts;
  const rate = done / seconds;
  return `${counts}, ${formatCount(rate)}/s, ${((total - done) / rate).toFixed(1)} s left`;
}

function bar(done: number, total: number): string {
  const filled = Math.round((BAR_WIDTH * done) / Math.max(1, total));
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`;
}

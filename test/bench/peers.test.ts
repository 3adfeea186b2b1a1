/** The peers compute what they claim: checked against the reference twin, on small books. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readNpyDoubles, writeNpy } from '../../bench/lib/npy.js';
import { unwrap } from '../../src/domain/outcome.js';
import { randomStream } from '../../src/measures/random.js';
import { tailMeasures } from '../../src/measures/tail-measures.js';
import { REPOSITORY } from '../support/folders.js';

const hasScipy = spawnSync('/usr/bin/python3', ['-c', 'import scipy']).status === 0;
const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-scipy-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.runIf(hasScipy)('expected shortfall by scipy', () => {
  const random = randomStream(5);
  const [instruments, scenarios, books, positions] = [20, 730, 450, 6];
  const pnl = Float64Array.from({ length: instruments * scenarios }, () => random.uniform() - 0.4);
  const instrument = Int32Array.from({ length: books * positions }, (_, at) => (at * 7) % instruments);
  const quantity = Float64Array.from(instrument, () => Math.round(100 * random.uniform()) / 10 - 5);
  const at = (name: string): string => path.join(folder, name);

  const shortfalls = (...input: readonly string[]): Float64Array => {
    const { status, stdout, stderr } = spawnSync(
      '/usr/bin/python3',
      ['bench/peers/scipy_es.py', ...input, '--names', at('names.txt'), '--pnl', at('pnl.npy')].concat(
        ...['--confidence', '0.99', '--out', at('out.npy')],
      ),
      { cwd: REPOSITORY, encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ versions: expect.stringContaining('scipy') as string });
    return readNpyDoubles(readFileSync(at('out.npy')));
  };

  it('agrees with the measures of this program, from columns and from CSV', () => {
    writeNpy(at('pnl.npy'), pnl, [instruments, scenarios]);
    writeNpy(
      at('offsets.npy'),
      Int32Array.from({ length: books + 1 }, (_, book) => book * positions),
      [books + 1],
    );
    writeNpy(at('instrument.npy'), instrument, [instrument.length]);
    writeNpy(at('quantity.npy'), quantity, [quantity.length]);
    writeFileSync(at('names.txt'), Array.from({ length: instruments }, (_, i) => `I${String(i)}\n`).join(''));
    const rows = [...quantity].map(
      (value, i) =>
        `book-${String(Math.floor(i / positions)).padStart(4, '0')},I${String(instrument[i])},${String(value)},\n`,
    );
    writeFileSync(at('positions.csv'), `account_id,instrument,quantity,average_price\n${rows.join('')}`);
    const [fromColumns, fromCsv] = [
      shortfalls('--columns', folder),
      shortfalls('--csv', at('positions.csv')),
    ];
    expect([...fromCsv]).toEqual([...fromColumns]);
    for (let book = 0; book < books; book += 1) {
      const losses = Float64Array.from({ length: scenarios }, (_, s) => {
        let loss = 0;
        for (let i = book * positions; i < (book + 1) * positions; i += 1)
          loss -= (quantity[i] ?? NaN) * (pnl[(instrument[i] ?? 0) * scenarios + s] ?? NaN);
        return loss;
      });
      const { expectedShortfall } = unwrap(tailMeasures(losses, 0.99));
      expect(Math.abs((fromColumns[book] ?? NaN) / expectedShortfall - 1)).toBeLessThan(1e-12);
    }
  });
});

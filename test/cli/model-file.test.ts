import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isModelFile, readModelFile } from '../../src/cli/model-file.js';
import { findParameterSet } from '../../src/models/catalogue.js';

const folder = mkdtempSync(path.join(tmpdir(), 'margincube-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
}

const CSV = ['file,mine', 'settings,USD,1,1', 'commodity,OIL,0', 'ranges,OIL,OIL,PRICE,5,0.1'];

describe('a model named by its file', () => {
  it('is JSON of any model or CSV of risk arrays; everything else is a name', () => {
    expect(['a.json', './b.csv', 'span', 'grid@aevo'].map(isModelFile)).toEqual([true, true, false, false]);
  });

  it('reads both forms', () => {
    const set = findParameterSet('span', 'sp500-example');
    const json = readModelFile(file('a.json', JSON.stringify(set)));
    expect(json.ok && `${json.value.id} ${json.value.parameterSet}`).toBe('span sp500-example');
    const csv = readModelFile(file('b.csv', CSV.join('\n')));
    expect(csv.ok && `${csv.value.id} ${csv.value.parameterSet}`).toBe('span mine');
  });

  it('names the line or the parameter that is wrong', () => {
    const line = readModelFile(file('c.csv', CSV.join('\n').replace('PRICE,5', 'PRICE,five')));
    expect(line.ok ? '' : line.failure.field).toBe('line 4, cell 5');
    const range = readModelFile(file('d.csv', CSV.join('\n').replace('PRICE,5', 'PRICE,-5')));
    expect(range.ok ? '' : range.failure.field).toBe(
      'parameters.combinedCommodities.OIL.ranges.priceScanRange.value',
    );
  });
});

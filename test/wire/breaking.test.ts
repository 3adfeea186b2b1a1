/** The contract only grows: what a released client relies on is neither removed nor given another meaning. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from '../support/folders.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MARGIN_SERVICE = 'proto/margincube/v1/margin_service.proto';
const folder = temporaryFolder('breaking');

/** What `npm run lint` says of the contract after a change; empty where it takes it. */
function breaking(file?: string, before = '', after = ''): string {
  for (const part of ['buf.yaml', 'proto'])
    cpSync(path.join(REPOSITORY, part), path.join(folder, part), { recursive: true });
  if (file !== undefined) {
    const text = readFileSync(path.join(folder, file), 'utf8');
    if (!text.includes(before)) throw new Error(`${file} has no ${before}`);
    writeFileSync(path.join(folder, file), text.replace(before, after));
  }
  const buf = path.join(REPOSITORY, 'node_modules/.bin/buf');
  const { stdout, stderr } = spawnSync(buf, ['breaking', '--against', 'proto/released.binpb'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`;
}

describe('the contract against its released form', () => {
  it('breaks nothing as it is', () => {
    expect(breaking()).toBe('');
  });

  it.each([
    ['a field that is removed', '  MarginReport report = 1;\n', '', 'report'],
    ['a field with another number', 'Portfolio portfolio = 2;', 'Portfolio portfolio = 3;', 'portfolio'],
    ['a field of another type', 'uint32 portfolio_count = 2;', 'string portfolio_count = 2;', 'type'],
    ['a field with another JSON name', 'uint32 failed_count = 2;', 'uint32 failures = 2;', 'failed_count'],
    [
      'a method that is removed',
      '  rpc ListCalls(ListCallsRequest) returns (ListCallsResponse);\n',
      '',
      'ListCalls',
    ],
  ])('refuses %s', (_what, before, after, named) => {
    expect(breaking(MARGIN_SERVICE, before, after)).toContain(named);
  });

  it('takes a field that is added', () => {
    const field = '  CalculationTiming timing = 2;';
    expect(breaking(MARGIN_SERVICE, field, `${field}\n  // More.\n  string note = 3;`)).toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import { CallLog } from '../../src/observability/call-log.js';
import { createLog } from '../../src/observability/log.js';

function recorder(): { readonly lines: string[]; write: (line: string) => void } {
  const lines: string[] = [];
  return { lines, write: (line) => lines.push(line) };
}

const call = {
  method: 'margincube.v1.MarginService/CalculateMargin',
  code: 'OK',
  seconds: 0.000123,
  client: 'desk-7',
};

describe('CallLog', () => {
  it.each(['a1b2-c3', 'with "quotes" and \\', '{},'])('writes what the logger would: %s', (requestId) => {
    const ours = recorder();
    const theirs = recorder();
    new CallLog(createLog('info', ours).logger).write({ ...call, requestId });
    createLog('info', theirs).logger.info({ ...call, requestId });
    const [line = ''] = ours.lines;
    const [wanted = ''] = theirs.lines;
    expect(line.endsWith('}\n')).toBe(true);
    const parsed = JSON.parse(line) as { time: number };
    const expected = JSON.parse(wanted) as { time: number };
    expect(Math.abs(parsed.time - expected.time)).toBeLessThan(60_000);
    expect({ ...parsed, time: 0 }).toEqual({ ...expected, time: 0 });
  });

  it('writes nothing above its level', () => {
    const ours = recorder();
    new CallLog(createLog('warn', ours).logger).write({ ...call, requestId: 'a' });
    expect(ours.lines).toEqual([]);
  });
});

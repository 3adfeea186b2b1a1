/** What a server's own metrics say of the calls between two looks: `h2load` does not read the status of gRPC, and a client can be wrong. */
import type { ServerSample } from './served-command.js';

type Ended = Pick<ServerSample, 'endedByCode'>;

/** @throws {Error} unless exactly so many calls ended with these codes, given by name, and none with another. */
export function expectEnded(before: Ended, after: Ended, expected: Readonly<Record<string, number>>): void {
  const found: Record<string, number> = {};
  for (const [code, count] of after.endedByCode) {
    const ended = count - (before.endedByCode.get(code) ?? 0);
    if (ended !== 0) found[code] = ended;
  }
  const codes = new Set([...Object.keys(found), ...Object.keys(expected)]);
  if ([...codes].some((code) => (found[code] ?? 0) !== (expected[code] ?? 0)))
    throw new Error(
      `expected calls that ended with ${JSON.stringify(expected)} but the server counts ${JSON.stringify(found)}`,
    );
}

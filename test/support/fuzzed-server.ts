/** A real server with every part that a fuzzed method may need: accounts with a past in a journal, attestations, a private tier. */
import { unwrapJournal } from '../../src/journal/failed.js';
import { openDirectoryJournal } from '../../src/journal/open-directory.js';
import { processEnvironment } from '../../src/journal/open-memory.js';
import { put } from './account-calls.js';
import { FUZZED_ACCOUNTS, FUZZED_PAST } from './fuzz-bodies.js';
import { NOW_MS } from './sample-market.js';
import { callBytes, eventually, MODEL, rawClient, startTestServer } from './test-server.js';
import { usdcReserveAudit } from './reserve-audit.js';
import type { TestServer } from './test-server.js';

/** `ensureBuilt` must have run; the folder is the journal's. */
export async function startFuzzedServer(folder: string): Promise<TestServer> {
  // Stands at the time of the market until there are accounts, so that requests can name a moment at which they were there.
  let passedMs = (): number => 0;
  const now = (): number => NOW_MS + passedMs();
  const server = await startTestServer({
    allowApproximations: true,
    now,
    journal: unwrapJournal(await openDirectoryJournal(folder, processEnvironment(now))),
    reserveAudit: usdcReserveAudit(200, 2_000),
  });
  const client = rawClient(server.address);
  for (const accountId of FUZZED_ACCOUNTS) await put(client, accountId, 50_000, MODEL);
  for (const [path, request] of FUZZED_PAST) {
    await eventually(() =>
      callBytes(client, path, request).then(
        () => true,
        () => false,
      ),
    );
  }
  client.close();
  const startedAtMs = Date.now();
  passedMs = () => Date.now() - startedAtMs;
  return server;
}

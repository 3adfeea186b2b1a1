/** A real server on a journal in a folder, by a clock of the test's. */
import type { Client } from '@grpc/grpc-js';
import { unwrapJournal } from '../../src/journal/failed.js';
import { openDirectoryJournal } from '../../src/journal/open-directory.js';
import { processEnvironment } from '../../src/journal/open-memory.js';
import { rawClient, startTestServer } from './test-server.js';
import type { TestServer } from './test-server.js';

/** Started again on the same folder it is the server after a restart. */
export async function startJournaledServer(
  folder: string,
  now: () => number,
): Promise<{ server: TestServer; client: Client }> {
  const journal = unwrapJournal(await openDirectoryJournal(folder, processEnvironment(now)));
  const server = await startTestServer({ journal, now });
  return { server, client: rawClient(server.address) };
}

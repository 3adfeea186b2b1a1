/**
 * A server on a journal in a process of its own, whose clock its parent sets: `node clocked-server.mjs MARKET JOURNAL`. Every
 * message from the parent is a time in milliseconds since 1970; the answer says that it holds. The first message to the parent is
 * the address.
 */
import { once } from 'node:events';
import { readSnapshot } from '../../dist/cli/market-file.js';
import { openDirectoryJournal } from '../../dist/journal/open-directory.js';
import { processEnvironment } from '../../dist/journal/open-memory.js';
import { startServer } from '../../dist/rpc/start-server.js';

const [, , marketFile, journalFolder] = process.argv;

let [nowMs] = await once(process, 'message');
process.on('message', (timeMs) => {
  nowMs = timeMs;
  process.send('set');
});
process.on('disconnect', () => process.exit(0));

const opened = await openDirectoryJournal(
  journalFolder,
  processEnvironment(() => nowMs),
);
if (!opened.ok) throw new Error(opened.failure.message);
const { address } = await startServer({
  marketSnapshot: readSnapshot(marketFile),
  journal: opened.value,
  now: () => nowMs,
  port: 0,
  insecureLoopback: true,
  workers: 2,
  logLevel: 'silent',
});
process.send(address);

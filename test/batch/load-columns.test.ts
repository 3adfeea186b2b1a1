import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDuck } from '../../src/batch/duck.js';
import { numberAccounts } from '../../src/batch/input/accounts.js';
import { loadColumns, nameInstruments } from '../../src/batch/input/load-columns.js';
import { openSources } from '../../src/batch/input/sources.js';
import { sampleMarket } from '../support/sample-market.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ACCOUNTS = 7;
const ROWS = 40_000;

describe('columns of accounts', () => {
  it(
    'have the rows of an account in the order of the file, whichever thread reads them',
    { timeout: 60_000 },
    async () => {
      const folder = temporaryFolder('load-columns');
      const files = {
        portfolios: path.join(folder, 'positions.parquet'),
        collateral: path.join(folder, 'collateral.parquet'),
      };
      const market = sampleMarket();
      const instrument = market.table.instruments[0]?.name ?? '';
      const writer = await openDuck(1, '');
      // Accounts in turns, rows by their numbers; groups of rows that threads read at the same time.
      const rows = `range(${String(ROWS)}) rows(i)`;
      for (const [file, columns] of [
        [files.portfolios, `'${instrument}' AS instrument, i + 1 AS quantity`],
        [files.collateral, `'USDC' AS asset, i + 1 AS amount`],
      ] as const)
        await writer.run(
          `COPY (SELECT 'a' || (i % ${String(ACCOUNTS)}) AS account_id, ${columns} FROM ${rows})
           TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
        );
      for (let round = 0; round < 12; round += 1) {
        const connection = await openDuck(4, '');
        await openSources(connection, files);
        const accounts = await numberAccounts(connection, files);
        await nameInstruments(connection, market);
        const columns = await loadColumns(connection, files, accounts, 0, accounts.count);
        const expected = Array.from({ length: ACCOUNTS }, (_, account) =>
          Array.from({ length: ROWS }, (_row, i) => i + 1).filter((row) => (row - 1) % ACCOUNTS === account),
        ).flat();
        expect([...columns.quantity].findIndex((quantity, at) => quantity !== expected[at])).toBe(-1);
        expect([...columns.balanceAmount].findIndex((amount, at) => amount !== expected[at])).toBe(-1);
        connection.closeSync();
      }
    },
  );
});

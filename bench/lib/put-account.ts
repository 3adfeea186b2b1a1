import { Client, credentials } from '@grpc/grpc-js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import { portfolioToMessage } from '../../src/wire/convert/portfolio.js';
import { codec } from '../../src/wire/schema.js';

const PATH = '/margincube.v1.PortfolioService/PutPortfolio';
/** Calls on their way at once. */
const WINDOW = 32;

/** Makes accounts with these books, on the model of the server unless one is named. */
export async function putAccounts(
  address: string,
  portfolios: readonly Portfolio[],
  model?: string,
): Promise<void> {
  const client = new Client(address, credentials.createInsecure());
  const identity = (bytes: Buffer): Buffer => bytes;
  const details = model === undefined ? {} : { details: { model } };
  const put = (portfolio: Portfolio): Promise<void> =>
    new Promise((resolve, reject) => {
      const message = { portfolio: portfolioToMessage(portfolio), ...details };
      const request = codec('margincube.v1.PutPortfolioRequest').encode(message);
      client.makeUnaryRequest(PATH, identity, identity, request, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  for (let first = 0; first < portfolios.length; first += WINDOW)
    await Promise.all(portfolios.slice(first, first + WINDOW).map(put));
  client.close();
}

/** A served command under calls of one method, every one of which must end with OK. */
import { CALLS_PER_SECOND_MAX } from '../../src/limits.js';
import { portfolioToMessage } from '../../src/wire/convert/portfolio.js';
import { codec } from '../../src/wire/schema.js';
import { createSecurity } from '../../test/support/security.js';
import { expectEnded } from './ended-calls.js';
import type { H2load, H2loadOutcome } from './h2load.js';
import { h2load } from './h2load.js';
import { sampleBooks } from './sample-books.js';
import type { ServerSample } from './served-command.js';
import { startServedCommand } from './served-command.js';

const PATH = '/margincube.v1.MarginService/CalculateMargin';
const POSITIONS = 20;
/** How long tokens of a load are good. */
export const TOKEN_SECONDS = 24 * 3_600;

export type Transport = 'loopback' | 'tls-token';

export interface LoadedService {
  /** Rejects where a call does not end with OK. */
  run(load: Pick<H2load, 'calls' | 'callsPerSecond' | 'keepLatencies'>): Promise<H2loadOutcome>;
  sample(): Promise<ServerSample>;
  stop(): Promise<void>;
}

/** Whom a load calls as: nothing of it is refused for its rate. */
export const LOAD_CLIENT = {
  name: 'load',
  tokenSubject: 'load',
  roles: ['reader'],
  callsPerSecond: CALLS_PER_SECOND_MAX,
};

/**
 * `loopback` is without TLS and asks nobody who he is; `tls-token` speaks TLS 1.3 and wants a bearer token with every call.
 * Calls are margins of one book of 20 positions, over this many connections with `CAPACITY_CALLS_OPEN` each where no rate is set.
 */
export async function startLoadedService(transport: Transport, connections: number): Promise<LoadedService> {
  const security = await createSecurity();
  const server = await startServedCommand(
    transport === 'loopback'
      ? ['--insecure-loopback']
      : [
          ...['--tls-certificate', security.certificateFile, '--tls-key', security.privateKeyFile],
          ...['--access', security.policy([LOAD_CLIENT])],
        ],
  );
  const token = await security.token('load', { expiresInSeconds: TOKEN_SECONDS });
  const shape = {
    url: `${transport === 'loopback' ? 'http' : 'https'}://${server.address}${PATH}`,
    headers: transport === 'loopback' ? [] : [`authorization: Bearer ${token}`],
    request: marginRequest(),
    connections,
  };
  return {
    run: async (load) => {
      const before = await server.sample();
      // At a rate, a call must not wait for the one before it: the wait would not be seen.
      const streamsPerConnection = load.callsPerSecond === undefined ? CAPACITY_CALLS_OPEN : OPEN_CALLS_MAX;
      const outcome = await h2load({ ...shape, ...load, streamsPerConnection });
      expectEnded(before, await server.sample(), { OK: load.calls });
      return outcome;
    },
    sample: () => server.sample(),
    stop: async () => {
      await server.stop();
      security.remove();
    },
  };
}

/** Of one connection at no rate: the next call lies ready whenever the server has answered one. */
const CAPACITY_CALLS_OPEN = 4;

/** Of one connection at a rate; fewer than a server takes. */
const OPEN_CALLS_MAX = 100;

function marginRequest(): Buffer {
  const [portfolio] = sampleBooks(1, POSITIONS, 1);
  if (portfolio === undefined) throw new Error('no portfolio');
  return codec('margincube.v1.CalculateMarginRequest').encode({
    calculation: { model: { name: 'derive-pm2@btc-2026-08-20' } },
    portfolio: portfolioToMessage(portfolio),
  });
}

import { ConfigError, parseServerConfig } from '../config/server-config.js';
import type { ServerSettings } from '../config/server-config.js';
import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import { resolveMarket } from '../market/snapshot/resolve-market.js';
import { resolveModel } from '../models/catalogue.js';
import { loadAccessPolicy, loadCredentials } from '../rpc/load-security.js';
import { createEngine } from './engine.js';
import { InputError } from './exit.js';
import { describeFailure } from './margin-table.js';

/**
 * Everything that a start would find out without listening or opening the journal: settings, certificate and key, policy, market,
 * model and the self-test of the kernels. Gives a line for each; throws InputError for the first that is wrong.
 */
export function checkServe(settings: ServerSettings, snapshot: MarketSnapshot | undefined): string[] {
  try {
    const config = parseServerConfig(settings);
    const lines = [`settings: ${config.host}:${String(config.port)}, ${String(config.workers)} workers`];
    if (!loadCredentials(config)._isSecure()) lines.push('transport: without TLS, this host alone');
    else {
      const isMutual = config.tls?.clientAuthorityFile !== undefined;
      lines.push(`transport: TLS 1.3${isMutual ? ', client certificates required' : ''}`);
    }
    const policy = loadAccessPolicy(config);
    const clients =
      policy === undefined
        ? 0
        : new Set([...policy.bySubject.values(), ...policy.byCertificate.values()]).size;
    lines.push(
      policy === undefined ? 'access: everybody on this host' : `access: ${String(clients)} clients`,
    );
    const model = resolveModel({ name: config.model });
    if (!model.ok) throw new InputError(`model: ${describeFailure(model.failure)}`);
    if (snapshot !== undefined) {
      const market = resolveMarket(snapshot);
      if (!market.ok) throw new InputError(`market: ${describeFailure(market.failure)}`);
      lines.push(`market: ${String(market.value.table.instruments.length)} instruments`);
    }
    lines.push(`kernels: ${createEngine(undefined).isa}`);
    return lines;
  } catch (error) {
    throw error instanceof ConfigError ? new InputError(error.message) : error;
  }
}

/** A reserve audit over USDC with its private tier, for servers of end-to-end tests. */
import { generateKeyPairSync } from 'node:crypto';
import type { StartOptions } from '../../src/rpc/start-server.js';
import { BUILT_ATTESTOR_WORKER, BUILT_PRIVATE_TIER_WORKER } from './built.js';

/** `ensureBuilt` must have run; the keys are new. Attests `everyMs`, the private tier `privateEveryMs`. */
export function usdcReserveAudit(
  everyMs: number,
  privateEveryMs: number,
): NonNullable<StartOptions['reserveAudit']> {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    assets: [{ asset: 'USDC', decimals: 6 }],
    venueSecret: Buffer.alloc(32, 8),
    signingKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    reserves: [],
    everyMs,
    workerEntry: BUILT_ATTESTOR_WORKER,
    privateTier: { asset: 'USDC', everyMs: privateEveryMs, workerEntry: BUILT_PRIVATE_TIER_WORKER },
  };
}

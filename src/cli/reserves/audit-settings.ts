import type { AttestedAsset } from '../../reserves/attested-asset.js';
import type { StartOptions } from '../../rpc/start-server.js';
import { InputError } from '../exit.js';
import { readReserves } from './read-reserves-file.js';
import { readSecret, readSigningKey } from './keys.js';

interface AuditFiles {
  readonly reservesKey: string | undefined;
  readonly reservesSecret: string | undefined;
  readonly reservesAssets: readonly AttestedAsset[] | undefined;
  readonly reservesHoldings: string | undefined;
  readonly reservesChain: string | undefined;
  readonly everySeconds: number;
  /** Asset of the private tier. */
  readonly reservesPrivate: string | undefined;
  readonly privateEverySeconds: number;
}

const MILLISECONDS_PER_SECOND = 1_000;

/** Settings of the audit of a server; none without a key. */
export function auditSettings(files: AuditFiles): Pick<StartOptions, 'reserveAudit'> {
  const {
    reservesKey,
    reservesSecret,
    reservesAssets: assets,
    reservesHoldings,
    reservesChain,
    reservesPrivate,
  } = files;
  if (reservesKey === undefined) {
    if (
      [reservesSecret, assets, reservesHoldings, reservesChain, reservesPrivate].some(
        (option) => option !== undefined,
      )
    )
      throw new InputError('--reserves-key: expected a key beside the other options of the reserve audit');
    return {};
  }
  if (reservesSecret === undefined || assets === undefined || reservesChain === undefined)
    throw new InputError(
      '--reserves-key: expected --reserves-secret, --reserves-assets and --reserves-chain beside it',
    );
  if (reservesPrivate !== undefined && !assets.some(({ asset }) => asset === reservesPrivate))
    throw new InputError(
      `--reserves-private: expected one of --reserves-assets but received "${reservesPrivate}"`,
    );
  return {
    reserveAudit: {
      assets,
      venueSecret: readSecret(reservesSecret),
      signingKeyPem: readSigningKey(reservesKey).export({ format: 'pem', type: 'pkcs8' }).toString(),
      chainFile: reservesChain,
      reserves: readReserves(reservesHoldings, assets),
      everyMs: files.everySeconds * MILLISECONDS_PER_SECOND,
      ...(reservesPrivate === undefined
        ? {}
        : {
            privateTier: {
              asset: reservesPrivate,
              everyMs: files.privateEverySeconds * MILLISECONDS_PER_SECOND,
            },
          }),
    },
  };
}

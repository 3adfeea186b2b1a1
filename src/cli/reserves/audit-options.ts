import { InvalidArgumentError } from 'commander';
import { AMOUNT_DECIMALS_MAX } from '../../domain/money.js';
import { RESERVE_ASSETS_MAX } from '../../limits.js';
import type { AttestedAsset } from '../../reserves/attested-asset.js';
import { InputError } from '../exit.js';

/** `BTC:8,USDC:6`. */
export function parseAssets(text: string): readonly AttestedAsset[] {
  const assets = text.split(',').map((part) => {
    const match = /^\s*([!-9;-~]{1,32}):(\d{1,2})\s*$/.exec(part);
    const decimals = Number(match?.[2]);
    if (match?.[1] === undefined || decimals > AMOUNT_DECIMALS_MAX)
      throw new InvalidArgumentError('Expected assets with their decimals, e.g. BTC:8,USDC:6.');
    return { asset: match[1], decimals };
  });
  if (assets.length > RESERVE_ASSETS_MAX)
    throw new InvalidArgumentError(`Expected at most ${RESERVE_ASSETS_MAX} assets.`);
  if (new Set(assets.map(({ asset }) => asset)).size !== assets.length)
    throw new InvalidArgumentError('Expected every asset once.');
  return assets;
}

/** `BTC=150000000,USDC=25`. */
export function parseStatement(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const match = /^\s*([^=\s]+)\s*=\s*(\d+)\s*$/.exec(part);
      if (match?.[1] === undefined || match[2] === undefined)
        throw new InputError(
          `--balances: expected units per asset, e.g. BTC=150000000, but received "${part}"`,
        );
      return [match[1], match[2]] as const;
    }),
  );
}

import { InvalidArgumentError } from 'commander';
import { AMOUNT_DECIMALS_MAX } from '../../domain/money.js';
import { RESERVE_ASSETS_MAX } from '../../limits.js';
import type { AttestedAsset } from '../../reserves/attested-asset.js';
import type { Attestation } from '../../reserves/attestation-json.js';
import type { AssetSolvency } from '../../reserves/solvency.js';
import { InputError } from '../exit.js';
import { renderTable } from '../table.js';

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

/** Liabilities, debts and reserves per asset, in whole coins. */
export function solvencyTable({ signed, solvency }: Attestation): string {
  const { assets, negativeEquity } = signed.header;
  const amount = (units: bigint, index: number): string => decimalOf(units, assets[index]?.decimals ?? 0);
  return renderTable<{ row: AssetSolvency; index: number }>(
    [
      { title: 'asset', align: 'left', cell: ({ row }) => row.asset },
      { title: 'liabilities', align: 'right', cell: ({ row, index }) => amount(row.liabilities, index) },
      {
        title: 'owed to the venue',
        align: 'right',
        cell: ({ index }) => amount(negativeEquity[index] ?? 0n, index),
      },
      { title: 'reserves claimed', align: 'right', cell: ({ row, index }) => amount(row.claimed, index) },
      { title: 'after haircuts', align: 'right', cell: ({ row, index }) => amount(row.counted, index) },
      { title: 'surplus', align: 'right', cell: ({ row, index }) => amount(row.surplus, index) },
      {
        title: 'ratio',
        align: 'right',
        cell: ({ row }) => (Number.isFinite(row.ratio) ? row.ratio.toFixed(4) : 'nothing owed'),
      },
    ],
    solvency.map((row, index) => ({ row, index })),
  );
}

function decimalOf(units: bigint, decimals: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals);
  return `${units < 0n ? '-' : ''}${whole}${decimals === 0 ? '' : `.${fraction}`}`;
}

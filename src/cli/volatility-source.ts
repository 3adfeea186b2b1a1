/** Where the volatilities of a market come from: the venue's own marks, or a surface that is calibrated here and now. */
import { Option } from 'commander';
import type { Kernels } from '../kernel/kernels.js';
import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import type { Market } from '../market/snapshot/market.js';
import { resolveMarket } from '../market/snapshot/resolve-market.js';
import { calibrateMarket } from '../market/volatility/calibrate-market.js';
import type { CalibratedUnderlying } from '../market/volatility/calibrate-market.js';
import { marketOnSurfaces } from '../market/volatility/surface-market.js';
import { createKernels } from './kernels.js';
import { InputError } from './exit.js';
import { describeFailure } from './margin-table.js';
import { readMarket, readSnapshot } from './market-file.js';
import type { Output } from './output.js';

export type VolatilityOrigin = 'venue' | 'surface';

export function volatilityOption(): Option {
  return new Option(
    '--volatility <origin>',
    'volatilities of options: the marks in the market file, or a surface calibrated to its bids and asks',
  )
    .choices(['venue', 'surface'])
    .default('venue');
}

/** The market of a file as it is margined. */
export function readMarketOn(
  file: string,
  origin: VolatilityOrigin,
  isa: string | undefined,
  output: Output,
): Market {
  if (origin === 'venue') return readMarket(file);
  const { snapshot } = onSurfaces(createKernels(isa), readSnapshot(file), output);
  const market = resolveMarket(snapshot);
  if (!market.ok)
    throw new InputError(`${file}: ${market.failure.field}: ${describeFailure(market.failure)}`);
  return market.value;
}

export interface CalibratedSnapshot {
  readonly snapshot: MarketSnapshot;
  readonly calibrated: readonly CalibratedUnderlying[];
}

/** Calibrates, replaces every volatility, and says on stderr what cannot be margined. */
export function onSurfaces(kernels: Kernels, snapshot: MarketSnapshot, output: Output): CalibratedSnapshot {
  const calibrated = calibrateMarket(kernels, snapshot);
  const surfaces = calibrated.flatMap(({ surface }) => surface ?? []);
  const on = marketOnSurfaces(kernels, snapshot, surfaces);
  for (const underlying of on.withoutSurface)
    output.warn(`${underlying}: no usable quotes, so no surface; its options have no volatility`);
  for (const { underlying, calibration } of calibrated) {
    const worse = calibration.expiries.filter(({ status }) => status !== 'ACCEPTED').length;
    if (worse > 0)
      output.warn(
        `${underlying}: ${String(worse)} of ${String(calibration.expiries.length)} expiries are degraded or have no slice; margincube calibrate says why`,
      );
  }
  return { snapshot: on.snapshot, calibrated };
}

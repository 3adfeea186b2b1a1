import type { SurfaceSlice as SliceMessage } from '../gen/margincube/v1/SurfaceSlice.js';
import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import type { CalibratedUnderlying } from '../market/volatility/calibrate-market.js';
import { integer } from '../wire/convert/fields.js';
import { expiryToMessage } from '../wire/convert/market.js';
import { codec } from '../wire/schema.js';
import { failed, malformed } from './errors.js';
import { pinMarket } from './pin-market.js';
import type { ServerContext } from './server-context.js';

/** MarketDataService.GetVolatilitySurface: the slices of an epoch that was published with its surfaces. */
export function getVolatilitySurface(context: ServerContext, request: Buffer): Buffer {
  const { epoch, underlying } = decode(request);
  const pinned = pinMarket(context.epochs, integer(epoch));
  try {
    const { snapshot, calibrated } = pinned;
    if (calibrated === undefined) throw withoutSurface(`epoch ${String(snapshot.epoch)}`, 'epoch');
    const wanted = underlying === '' ? calibrated : calibrated.filter((one) => one.underlying === underlying);
    if (wanted.length === 0) throw withoutSurface(`"${underlying}"`, 'underlying');
    return codec('margincube.v1.GetVolatilitySurfaceResponse').encode({
      epoch: String(snapshot.epoch),
      slices: wanted.flatMap((one) => slices(snapshot, one)),
    });
  } finally {
    pinned.release();
  }
}

function slices(
  snapshot: MarketSnapshot,
  { underlying, calibration, arbitrage }: CalibratedUnderlying,
): SliceMessage[] {
  return calibration.expiries.flatMap((report) => {
    const quote = snapshot.expiries.find(
      (expiry) => expiry.underlying === underlying && expiry.expiryMs === report.expiryMs,
    );
    // An expiry without a slice has no place in an answer about slices.
    if (quote?.volatility === undefined) return [];
    return [
      {
        quote: expiryToMessage(quote),
        quotesUsed: report.quotesUsed,
        quotesRefused: Object.values(report.quotesRefused).reduce((sum, count) => sum + count, 0),
        rmse: report.fit?.weightedRmseVolatility ?? 0,
        insideBidAsk: report.fit?.insideShare ?? 0,
        arbitrageFree: arbitrage?.isFree ?? false,
        carriedOver: report.status === 'STALE',
      },
    ];
  });
}

function withoutSurface(what: string, field: string): ReturnType<typeof failed> {
  return failed({
    reason: 'MISSING_MARKET_DATA',
    field,
    message: `Expected an epoch and underlying that were calibrated (serve --volatility surface) but ${what} has no surface`,
  });
}

function decode(bytes: Buffer) {
  try {
    return codec('margincube.v1.GetVolatilitySurfaceRequest').decode(bytes);
  } catch {
    throw malformed(
      '',
      `Expected a GetVolatilitySurfaceRequest but received ${String(bytes.length)} bytes that are none`,
    );
  }
}

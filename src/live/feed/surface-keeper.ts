import type {
  Calibration,
  CalibrationRequest,
} from '../../market/volatility/calibration/calibration-types.js';
import { dirtyExpiries } from '../../market/volatility/calibration/dirty.js';
import type { TimedQuotes } from '../../market/volatility/calibration/dirty.js';
import { requestFromSnapshot } from '../../market/volatility/calibration/snapshot-request.js';
import type { CalibratedUnderlying } from '../../market/volatility/calibrate-market.js';
import type { MarketSnapshot } from '../../market/snapshot/market-snapshot.js';
import type { Surface } from '../../market/volatility/surface.js';

/** Where calibrations run: a thread of the pool. */
export type Calibrate = (request: CalibrationRequest) => Promise<CalibratedUnderlying>;

interface Kept {
  fitted?: TimedQuotes;
  previous?: Calibration;
  calibrated?: CalibratedUnderlying;
  isRunning: boolean;
  /** The market to calibrate next: the latest wins. */
  waiting?: MarketSnapshot;
}

/**
 * Keeps a surface per underlying: one calibration at a time for each, off the event loop, of the latest quotes, and only when
 * they moved enough (`dirtyExpiries`). A calibration that gives no surface leaves the old one in force.
 */
export class SurfaceKeeper {
  readonly #kept = new Map<string, Kept>();

  /**
   * @param seed surfaces to begin with
   * @param onSurface called when a surface has changed
   */
  constructor(
    private readonly calibrate: Calibrate,
    private readonly onSurface: () => void,
    seed: readonly CalibratedUnderlying[] = [],
  ) {
    for (const calibrated of seed)
      this.#kept.set(calibrated.underlying, {
        calibrated,
        previous: calibrated.calibration,
        isRunning: false,
      });
  }

  /** Looks at the quotes of the underlyings that moved. */
  consider(snapshot: MarketSnapshot, moved: ReadonlySet<string>): void {
    for (const { name } of snapshot.underlyings) {
      if (moved.has(name) || !this.#kept.has(name)) this.#considerOne(name, snapshot);
    }
  }

  get calibrated(): readonly CalibratedUnderlying[] {
    return [...this.#kept.values()].flatMap(({ calibrated }) => calibrated ?? []);
  }

  /**
   * The surfaces on the forwards of a market: a surface is a function of strike over forward, so it moves with the forward
   * until the next calibration.
   */
  surfacesOn(snapshot: MarketSnapshot): Surface[] {
    return this.calibrated.flatMap(({ surface }) =>
      surface === undefined ? [] : [onForwards(surface, snapshot)],
    );
  }

  #considerOne(underlying: string, snapshot: MarketSnapshot): void {
    const kept = this.#kept.get(underlying) ?? { isRunning: false };
    this.#kept.set(underlying, kept);
    if (kept.isRunning) {
      kept.waiting = snapshot;
      return;
    }
    const { previous, fitted } = kept;
    const request = requestFromSnapshot(snapshot, underlying, {
      version: snapshot.epoch,
      ...(previous === undefined ? {} : { previous }),
    });
    if (request === undefined) return;
    const isDirty =
      fitted === undefined ||
      dirtyExpiries(fitted, request, (forward) => (request.priceUnit === 'COIN' ? 1 : forward)).length > 0;
    if (isDirty) this.#run(underlying, kept, request);
  }

  #run(underlying: string, kept: Kept, request: CalibrationRequest): void {
    kept.isRunning = true;
    const finish = (calibrated: CalibratedUnderlying | undefined): void => {
      kept.isRunning = false;
      kept.fitted = { expiries: request.expiries, asOfMs: request.asOfMs };
      if (calibrated?.surface !== undefined) {
        kept.previous = calibrated.calibration;
        kept.calibrated = calibrated;
        this.onSurface();
      }
      const { waiting } = kept;
      delete kept.waiting;
      if (waiting !== undefined) this.#considerOne(underlying, waiting);
    };
    this.calibrate(request).then(finish, () => {
      finish(undefined);
    });
  }
}

function onForwards(surface: Surface, snapshot: MarketSnapshot): Surface {
  const { columns } = surface;
  const spot =
    snapshot.underlyings.find(({ name }) => name === surface.underlying)?.indexPrice ?? surface.spot;
  const ratio = spot / surface.spot;
  return { ...surface, columns: { ...columns, forward: columns.forward.map((forward) => forward * ratio) } };
}

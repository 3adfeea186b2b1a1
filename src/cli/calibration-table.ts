/** A calibration as tables: how each expiry fits and how far it can be trusted, and which quotes were refused. */
import type {
  ExpiryReport,
  FitQuality,
  QuoteRefusal,
} from '../market/volatility/calibration/calibration-types.js';
import { QUOTE_REFUSALS } from '../market/volatility/calibration/calibration-types.js';
import type { CalibratedUnderlying } from '../market/volatility/calibrate-market.js';
import type { Found, SurfaceArbitrage } from '../market/volatility/surface-arbitrage.js';
import { formatCount, formatDate, formatSignificant } from './format.js';
import type { Column } from './table.js';
import { renderTable } from './table.js';

const DAYS_PER_YEAR = 365;
const PERCENT = 100;

export function renderCalibration(calibrated: CalibratedUnderlying): string {
  const { expiries } = calibrated.calibration;
  const blocks = [describe(calibrated), renderTable(FIT_COLUMNS, expiries)];
  const reasons = QUOTE_REFUSALS.filter((reason) =>
    expiries.some(({ quotesRefused }) => quotesRefused[reason]),
  );
  blocks.push(
    reasons.length === 0 ? 'No quote was refused.' : renderTable(refusalColumns(reasons), expiries),
  );
  return blocks.join('\n\n');
}

function describe({ underlying, calibration, arbitrage }: CalibratedUnderlying): string {
  const { spot, slices } = calibration.surface;
  const head = `${underlying}, index ${formatSignificant(spot, 7)}: ${formatCount(slices.length)} of ${formatCount(calibration.expiries.length)} expiries have a slice`;
  return `${head}\n${arbitrage === undefined ? 'No slice, so no surface.' : describeArbitrage(arbitrage)}`;
}

/** One sentence on static arbitrage of the whole surface. */
export function describeArbitrage(arbitrage: SurfaceArbitrage): string {
  const { minimumButterflyMeasure, minimumCalendarGap, isFree } = arbitrage;
  const place = ({ value, atLogMoneyness, atYears }: Found): string =>
    Number.isFinite(value)
      ? `${value.toExponential(1)} at k ${atLogMoneyness.toFixed(2)}, ${formatSignificant(atYears * DAYS_PER_YEAR, 3)} days`
      : 'none to compare';
  const verdict = isFree ? 'Free of static arbitrage' : 'STATIC ARBITRAGE';
  return `${verdict} on the tested range, between expiries too: smallest g ${place(minimumButterflyMeasure)}; smallest rise of total variance ${place(minimumCalendarGap)}`;
}

const FIT_COLUMNS: readonly Column<ExpiryReport>[] = [
  { title: 'expiry', align: 'left', cell: ({ expiryMs }) => formatDate(expiryMs) },
  {
    title: 'days',
    align: 'right',
    cell: (row) => formatSignificant(row.timeToExpiryYears * DAYS_PER_YEAR, 3),
  },
  { title: 'used', align: 'right', cell: ({ quotesUsed }) => formatCount(quotesUsed) },
  { title: 'refused', align: 'right', cell: (row) => formatCount(refusedOf(row)) },
  { title: 'rmse pt', align: 'right', cell: ({ fit }) => points(fit?.weightedRmseVolatility) },
  { title: 'best SVI pt', align: 'right', cell: (row) => points(row.unconstrained?.weightedRmseVolatility) },
  { title: 'inside', align: 'right', cell: ({ fit }) => share(fit) },
  { title: 'best SVI', align: 'right', cell: ({ unconstrained }) => share(unconstrained) },
  { title: 'min g', align: 'right', cell: (row) => fixed(row.worstButterfly, 3) },
  { title: 'min rise of w', align: 'right', cell: (row) => significant(row.worstCalendar) },
  { title: 'confidence pt', align: 'right', cell: ({ confidence }) => points(confidence) },
  { title: 'tier', align: 'left', cell: ({ kind }) => kind ?? '-' },
  { title: 'status', align: 'left', cell: ({ status }) => status },
  { title: 'why', align: 'left', cell: reasonsOf },
];

function reasonsOf({ refusals, isNearExpiry }: ExpiryReport): string {
  return [...refusals, ...(isNearExpiry ? ['NEAR_EXPIRY'] : [])].join(', ');
}

export function refusedOf({ quotesRefused }: ExpiryReport): number {
  return Object.values(quotesRefused).reduce((sum, count) => sum + count, 0);
}

function refusalColumns(reasons: readonly QuoteRefusal[]): readonly Column<ExpiryReport>[] {
  return [
    { title: 'quotes refused', align: 'left', cell: ({ expiryMs }) => formatDate(expiryMs) },
    ...reasons.map((reason): Column<ExpiryReport> => ({
      title: reason.toLowerCase().replaceAll('_', ' '),
      align: 'right',
      cell: ({ quotesRefused }) => formatCount(quotesRefused[reason] ?? 0),
    })),
  ];
}

/** A volatility in points. */
function points(volatility: number | undefined): string {
  return volatility === undefined ? '-' : (volatility * PERCENT).toFixed(2);
}

function share(fit: FitQuality | undefined): string {
  return fit === undefined ? '-' : `${(fit.insideShare * PERCENT).toFixed(1)}%`;
}

function fixed(value: number | undefined, digits: number): string {
  return value === undefined || !Number.isFinite(value) ? '-' : value.toFixed(digits);
}

function significant(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '-' : value.toExponential(1);
}

import type { Outcome } from '../../domain/outcome.js';
import { expected, failure, success } from '../../domain/outcome.js';
import type { Kernels } from '../../kernel/kernels.js';
import { MAGNITUDE_MAX, POSITIVE_MIN } from '../../kernel/layout.js';
import { QUERY_FLAG } from '../../kernel/surface-query.js';
import type { SurfaceAnswers } from '../../kernel/surface-query.js';
import { checkSurface } from './check-surface.js';
import { interpolationBetween } from './interpolation.js';
import type { StoredSurfaceColumns } from './surface-columns.js';
import { allocateSurfaceColumns, viewSurfaceColumns } from './surface-columns.js';
import type { SurfaceSlice, VolatilitySurface } from './surface-slice.js';
import { SLICE_KINDS, SLICE_STATUSES } from './surface-slice.js';
import { totalVariance } from './svi.js';

/** A surface laid out for queries: its columns lie in one block of shared memory that nobody writes to again. */
export interface Surface {
  readonly version: number;
  readonly asOfMs: number;
  readonly underlying: string;
  readonly spot: number;
  readonly columns: StoredSurfaceColumns;
}

/** A surface on its way to another thread: a structured clone copies a few dozen bytes. */
export interface SurfaceHandle extends Omit<Surface, 'columns'> {
  readonly sliceCount: number;
  readonly columns: SharedArrayBuffer;
}

/** One answer of a surface. Units and meaning of the numbers: `SurfaceAnswers`. */
export interface SurfaceAnswer {
  readonly volatility: number;
  readonly totalVariance: number;
  readonly butterflyMeasure: number;
  readonly density: number;
  readonly confidence: number;
  /** The strike or the time lies outside the quotes that the answer rests on. */
  readonly isExtrapolated: boolean;
  /** The volatility was moved to a bound of `VOLATILITY_GUARD`. */
  readonly isGuarded: boolean;
  readonly isFreeOfButterfly: boolean;
}

/** Checks a surface and lays it out. The first thing wrong with it is the failure, with its path from `surface`. */
export function resolveSurface(surface: VolatilitySurface): Outcome<Surface> {
  const failed = checkSurface(surface);
  if (failed) return { ok: false, failure: failed };
  const { version, asOfMs, underlying, spot, slices } = surface;
  const columns = allocateSurfaceColumns(slices.length);
  for (const [row, slice] of slices.entries()) fillSlice(columns, row, slice, slices[row + 1]);
  fillEnds(columns, slices, spot);
  return success({ version, asOfMs, underlying, spot, columns });
}

function fillSlice(
  columns: StoredSurfaceColumns,
  row: number,
  slice: SurfaceSlice,
  next: SurfaceSlice | undefined,
): void {
  const { parameters } = slice;
  columns.expiryMs[row] = slice.expiryMs;
  columns.timeToExpiryYears[row] = slice.timeToExpiryYears;
  columns.forward[row] = slice.forward;
  columns.forwardStandardError[row] = slice.forwardStandardError;
  columns.a[row] = parameters.a;
  columns.b[row] = parameters.b;
  columns.rho[row] = parameters.rho;
  columns.m[row] = parameters.m;
  columns.sigma[row] = parameters.sigma;
  columns.quotedMin[row] = slice.quotedLogMoneynessMin;
  columns.quotedMax[row] = slice.quotedLogMoneynessMax;
  columns.confidence[row] = slice.confidence;
  columns.weightedRmseVolatility[row] = slice.weightedRmseVolatility ?? NaN;
  columns.insideBidAskShare[row] = slice.insideBidAskShare ?? NaN;
  columns.kind[row] = SLICE_KINDS.indexOf(slice.kind);
  columns.status[row] = SLICE_STATUSES.indexOf(slice.status);
  if (next === undefined) return;
  columns.carry[row] =
    Math.log(next.forward / slice.forward) / (next.timeToExpiryYears - slice.timeToExpiryYears);
  columns.interpolation[row] = interpolationBetween(slice, next);
}

/**
 * Before the first slice the forward runs from spot, after the last it keeps the average carry. After the last slice total
 * variance rises everywhere by the last slope at the forward, never falls.
 */
function fillEnds(columns: StoredSurfaceColumns, slices: readonly SurfaceSlice[], spot: number): void {
  const first = slices[0]!;
  const last = slices[slices.length - 1]!;
  const beforeLast = slices[slices.length - 2];
  columns.carry[slices.length - 1] = Math.log(last.forward / spot) / last.timeToExpiryYears;
  columns.rates[0] = Math.log(first.forward / spot) / first.timeToExpiryYears;
  const risen =
    totalVariance(last.parameters, 0) - (beforeLast ? totalVariance(beforeLast.parameters, 0) : 0);
  const years = last.timeToExpiryYears - (beforeLast?.timeToExpiryYears ?? 0);
  columns.rates[1] = Math.max(0, risen / years);
}

/** The records that the columns were filled from. */
export function surfaceRecords({ version, asOfMs, underlying, spot, columns }: Surface): VolatilitySurface {
  const at = (column: Float64Array | Uint8Array, row: number): number => column[row]!;
  const slices = Array.from({ length: columns.sliceCount }, (_, row): SurfaceSlice => {
    const rmse = at(columns.weightedRmseVolatility, row);
    const share = at(columns.insideBidAskShare, row);
    return {
      expiryMs: at(columns.expiryMs, row),
      timeToExpiryYears: at(columns.timeToExpiryYears, row),
      forward: at(columns.forward, row),
      forwardStandardError: at(columns.forwardStandardError, row),
      kind: SLICE_KINDS[at(columns.kind, row)]!,
      parameters: {
        kind: 'SVI',
        a: at(columns.a, row),
        b: at(columns.b, row),
        rho: at(columns.rho, row),
        m: at(columns.m, row),
        sigma: at(columns.sigma, row),
      },
      quotedLogMoneynessMin: at(columns.quotedMin, row),
      quotedLogMoneynessMax: at(columns.quotedMax, row),
      ...(Number.isNaN(rmse) ? {} : { weightedRmseVolatility: rmse }),
      ...(Number.isNaN(share) ? {} : { insideBidAskShare: share }),
      confidence: at(columns.confidence, row),
      status: SLICE_STATUSES[at(columns.status, row)]!,
    };
  });
  return { version, asOfMs, underlying, spot, slices };
}

export function publishSurface({ columns, ...header }: Surface): SurfaceHandle {
  return {
    ...header,
    sliceCount: columns.sliceCount,
    columns: columns.timeToExpiryYears.buffer as SharedArrayBuffer,
  };
}

/** The surface as seen by this thread. Throws `RangeError` for a block of the wrong size, a defect of the caller. */
export function openSurface({ sliceCount, columns, ...header }: SurfaceHandle): Surface {
  return { ...header, columns: viewSurfaceColumns(columns, sliceCount) };
}

/** Answers for `count` queries; memory for `querySurface`. */
export function allocateAnswers(count: number): SurfaceAnswers {
  const column = (): Float64Array => new Float64Array(count);
  return {
    volatility: column(),
    totalVariance: column(),
    butterflyMeasure: column(),
    density: column(),
    confidence: column(),
    flags: new Uint8Array(count),
  };
}

/** One strike and time. Many at once go to `kernels.surfaceQuery` with the surface's columns. */
export function querySurface(
  kernels: Kernels,
  surface: Surface,
  strike: number,
  timeToExpiryYears: number,
): Outcome<SurfaceAnswer> {
  if (!isInDomain(strike)) return outOfDomain('strike', strike);
  if (!isInDomain(timeToExpiryYears)) return outOfDomain('timeToExpiryYears', timeToExpiryYears);
  const answers = allocateAnswers(1);
  const queries = {
    count: 1,
    strike: Float64Array.of(strike),
    timeToExpiryYears: Float64Array.of(timeToExpiryYears),
  };
  kernels.surfaceQuery(surface.columns, queries, answers);
  return success(answerAt(answers, 0));
}

export function answerAt(answers: SurfaceAnswers, index: number): SurfaceAnswer {
  const flags = answers.flags[index]!;
  return {
    volatility: answers.volatility[index]!,
    totalVariance: answers.totalVariance[index]!,
    butterflyMeasure: answers.butterflyMeasure[index]!,
    density: answers.density[index]!,
    confidence: answers.confidence[index]!,
    isExtrapolated: (flags & (QUERY_FLAG.EXTRAPOLATED_STRIKE | QUERY_FLAG.EXTRAPOLATED_TIME)) !== 0,
    isGuarded: (flags & QUERY_FLAG.GUARDED) !== 0,
    isFreeOfButterfly: (flags & QUERY_FLAG.ARBITRAGE) === 0,
  };
}

/** Log-linear between slices, as the queries use it; `timeToExpiryYears` > 0. */
export function surfaceForward({ columns }: Surface, timeToExpiryYears: number): number {
  let near = 0;
  while (near + 1 < columns.sliceCount && columns.timeToExpiryYears[near + 1]! <= timeToExpiryYears)
    near += 1;
  const elapsed = timeToExpiryYears - columns.timeToExpiryYears[near]!;
  const carry = elapsed < 0 ? columns.rates[0]! : columns.carry[near]!;
  return columns.forward[near]! * Math.exp(carry * elapsed);
}

function isInDomain(value: number): boolean {
  return value >= POSITIVE_MIN && value <= MAGNITUDE_MAX;
}

function outOfDomain(field: string, value: number): ReturnType<typeof failure> {
  return failure(
    'INVALID_VALUE',
    field,
    expected(`a number in [${POSITIVE_MIN}, ${MAGNITUDE_MAX}]`, field, value),
  );
}

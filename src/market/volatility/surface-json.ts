import type { Outcome } from '../../domain/outcome.js';
import { failure, failureUnder, success } from '../../domain/outcome.js';
import { ASSETS_PER_MARKET_MAX } from '../../limits.js';
import { isoTimeMs } from '../venues/iso-time.js';
import type { Check } from '../snapshot/field-checks.js';
import { invalid, under } from '../snapshot/field-checks.js';
import { checkSurface } from './check-surface.js';
import type { SliceKind, SliceStatus, SurfaceSlice, VolatilitySurface } from './surface-slice.js';

/** Names this form; a change that an old reader would misread gets the next number. */
export const SURFACE_SCHEMA = 'margincube.volatility-surfaces/1';

/** Surfaces of several underlyings as plain JSON: times in ISO 8601, everything else in the units of `SurfaceSlice`. */
export interface SurfaceDocument {
  readonly schema: typeof SURFACE_SCHEMA;
  readonly surfaces: readonly SurfaceRecord[];
}

export interface SurfaceRecord {
  readonly version: number;
  readonly asOf: string;
  readonly underlying: string;
  readonly spot: number;
  readonly slices: readonly SliceRecord[];
}

export interface SliceRecord {
  readonly expiry: string;
  readonly timeToExpiryYears: number;
  readonly forward: number;
  readonly forwardStandardError: number;
  readonly kind: SliceKind;
  /** w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)) */
  readonly svi: {
    readonly a: number;
    readonly b: number;
    readonly rho: number;
    readonly m: number;
    readonly sigma: number;
  };
  readonly quotedLogMoneynessMin: number;
  readonly quotedLogMoneynessMax: number;
  readonly weightedRmseVolatility?: number;
  readonly insideBidAskShare?: number;
  readonly confidence: number;
  readonly status: SliceStatus;
}

export function surfacesToJson(surfaces: readonly VolatilitySurface[]): SurfaceDocument {
  return { schema: SURFACE_SCHEMA, surfaces: surfaces.map(surfaceRecord) };
}

function surfaceRecord({ version, asOfMs, underlying, spot, slices }: VolatilitySurface): SurfaceRecord {
  return { version, asOf: new Date(asOfMs).toISOString(), underlying, spot, slices: slices.map(sliceRecord) };
}

function sliceRecord({ expiryMs, parameters, ...slice }: SurfaceSlice): SliceRecord {
  const { a, b, rho, m, sigma } = parameters;
  return { expiry: new Date(expiryMs).toISOString(), ...slice, svi: { a, b, rho, m, sigma } };
}

type Json = Readonly<Record<string, unknown>>;

const SURFACE_FIELDS = ['version', 'asOf', 'underlying', 'spot', 'slices'];
const SLICE_FIELDS = [
  'expiry',
  'timeToExpiryYears',
  'forward',
  'forwardStandardError',
  'kind',
  'svi',
  'quotedLogMoneynessMin',
  'quotedLogMoneynessMax',
  'weightedRmseVolatility',
  'insideBidAskShare',
  'confidence',
  'status',
];
const SVI_FIELDS = ['a', 'b', 'rho', 'm', 'sigma'];

/** Every surface of a document that was parsed from JSON, checked. Unknown fields are errors: they are misspelt ones. */
export function surfacesFromJson(document: unknown): Outcome<VolatilitySurface[]> {
  if (!isRecord(document))
    return failure('INVALID_VALUE', '', `Expected an object with schema ${SURFACE_SCHEMA}`);
  if (document.schema !== SURFACE_SCHEMA)
    return refuse(invalid(document.schema, 'schema', `"${SURFACE_SCHEMA}"`));
  const { surfaces } = document;
  if (!Array.isArray(surfaces) || surfaces.length > ASSETS_PER_MARKET_MAX)
    return refuse(invalid(surfaces, 'surfaces', `a list of at most ${ASSETS_PER_MARKET_MAX} surfaces`));
  const read: VolatilitySurface[] = [];
  const seen = new Set<string>();
  for (const [index, record] of surfaces.entries()) {
    const surface = readSurface(record);
    if (!surface.ok) return failureUnder(`surfaces[${index}]`, surface.failure);
    const { underlying } = surface.value;
    if (seen.has(underlying))
      return failure('DUPLICATE', `surfaces[${index}].underlying`, `"${underlying}" already has a surface`);
    seen.add(underlying);
    read.push(surface.value);
  }
  return success(read);
}

function readSurface(record: unknown): Outcome<VolatilitySurface> {
  const failed = checkFields(record, SURFACE_FIELDS);
  if (failed) return refuse(failed);
  const { version, asOf, underlying, spot, slices } = record as Json;
  if (!Array.isArray(slices)) return refuse(invalid(slices, 'slices', 'a list of slices'));
  const surface = {
    version,
    asOfMs: timeOf(asOf),
    underlying,
    spot,
    slices: [] as unknown[],
  };
  for (const [index, slice] of slices.entries()) {
    const wrong =
      checkFields(slice, SLICE_FIELDS) ?? under('svi', checkFields((slice as Json).svi, SVI_FIELDS));
    if (wrong) return refuse(under(`slices[${index}]`, wrong) ?? wrong);
    surface.slices.push(sliceOf(slice as Json));
  }
  // Everything that the types claim is checked now, by value.
  const claimed = surface as unknown as VolatilitySurface;
  const wrong = checkSurface(claimed);
  if (wrong) return refuse({ ...wrong, field: wrong.field.replace(/^surface\./, '') });
  return success(claimed);
}

function sliceOf({ expiry, svi, ...rest }: Json): Json {
  return { ...rest, expiryMs: timeOf(expiry), parameters: { kind: 'SVI', ...(svi as Json) } };
}

/** NaN for what is no time: the check of the surface then names the field. */
function timeOf(value: unknown): number {
  return (typeof value === 'string' ? isoTimeMs(value) : undefined) ?? NaN;
}

function checkFields(record: unknown, known: readonly string[]): Check {
  if (!isRecord(record)) return invalid(record, '', `an object with ${known.join(', ')}`);
  const unknown = Object.keys(record).find((name) => !known.includes(name));
  return unknown === undefined
    ? undefined
    : invalid(record[unknown], unknown, `one of ${known.join(', ')}, not this name,`);
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(failed: NonNullable<Check>): { readonly ok: false; readonly failure: NonNullable<Check> } {
  return { ok: false, failure: failed };
}

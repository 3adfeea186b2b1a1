import { SVI_PARAMETERS } from '../svi.js';
import { entry } from './checks.js';

/** Total variance, its two derivatives in k, and g, by the textbook. */
export interface SviPoint {
  readonly w: number;
  readonly slope: number;
  readonly curvature: number;
  readonly g: number;
}

export function sviPoint(parameters: Float64Array, k: number): SviPoint {
  const [p1, p2, wMin, m, s] = wings(parameters);
  const d = k - m;
  const r = Math.sqrt(d * d + s * s);
  const w = wMin - s * Math.sqrt(p1 * p2) + ((p2 - p1) / 2) * d + ((p1 + p2) / 2) * r;
  const slope = (p2 - p1) / 2 + (((p1 + p2) / 2) * d) / r;
  const curvature = (((p1 + p2) / 2) * s * s) / (r * r * r);
  const lean = 1 - (k * slope) / (2 * w);
  const g = lean * lean - ((slope * slope) / 4) * (1 / w + 1 / 4) + curvature / 2;
  return { w, slope, curvature, g };
}

/** Derivatives in p1, p2, wMin, m, s of w and of g. */
export function sviDerivatives(
  parameters: Float64Array,
  k: number,
): { readonly ofW: number[]; readonly ofG: number[] } {
  const [p1, p2, , m, s] = wings(parameters);
  const { w, slope, curvature } = sviPoint(parameters, k);
  const half = (p1 + p2) / 2;
  const d = k - m;
  const r = Math.sqrt(d * d + s * s);
  const ofW = [
    (-s / 2) * Math.sqrt(p2 / p1) - d / 2 + r / 2,
    (-s / 2) * Math.sqrt(p1 / p2) + d / 2 + r / 2,
    1,
    -(p2 - p1) / 2 - (half * d) / r,
    (half * s) / r - Math.sqrt(p1 * p2),
  ];
  const ofSlope = [-1 / 2 + d / (2 * r), 1 / 2 + d / (2 * r), 0, -curvature, (-half * d * s) / r ** 3];
  const ofCurvature = [
    (s * s) / (2 * r ** 3),
    (s * s) / (2 * r ** 3),
    0,
    (3 * half * s * s * d) / r ** 5,
    half * ((2 * s) / r ** 3 - (3 * s ** 3) / r ** 5),
  ];
  const lean = 1 - (k * slope) / (2 * w);
  const ofG = ofW.map((dw, p) => {
    const dSlope = ofSlope[p] ?? NaN;
    const dLean = -(k / 2) * (dSlope / w - (slope * dw) / (w * w));
    return (
      2 * lean * dLean -
      ((slope * dSlope) / 2) * (1 / w + 1 / 4) +
      ((slope * slope) / 4) * (dw / (w * w)) +
      (ofCurvature[p] ?? NaN) / 2
    );
  });
  return { ofW, ofG };
}

function wings(parameters: Float64Array): readonly [number, number, number, number, number] {
  return [
    entry(parameters, 0),
    entry(parameters, 1),
    entry(parameters, 2),
    entry(parameters, 3),
    entry(parameters, 4),
  ];
}

/** Parameters of one slice of many. */
export function sliceOf(parameters: Float64Array, slice: number): Float64Array {
  return parameters.subarray(slice * SVI_PARAMETERS, (slice + 1) * SVI_PARAMETERS);
}

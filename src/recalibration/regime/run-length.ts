/** How often the alarms are wrong and how late they are right, by simulation: thresholds are set by it, never by hand. */
import { fillNormals, randomStream } from '../../measures/random.js';

/** Law of standardised returns of unit variance. */
export type ReturnLaw = 'NORMAL' | { readonly degreesOfFreedom: number };

/** Something that takes standardised returns one by one; `true` is an alarm. */
export type Detector = (z: number) => boolean;

export interface RunLengths {
  readonly runs: number;
  readonly mean: number;
  readonly median: number;
  /** Of the mean. */
  readonly standardError: number;
  /** Runs that were cut off before an alarm; they count with the length at which they were. */
  readonly unfinished: number;
}

export interface RunLengthRequest {
  readonly law: ReturnLaw;
  /** Volatility against what the detector believes; 1 asks for false alarms. */
  readonly multiple: number;
  readonly runs: number;
  readonly observationsMax: number;
  readonly seed: number;
}

/** Observations until the first alarm of a fresh detector, over seeded runs. */
export function runLengths(createDetector: () => Detector, request: RunLengthRequest): RunLengths {
  const { runs, observationsMax, multiple } = request;
  const draw = returnStream(request.law, request.seed);
  const lengths: number[] = [];
  let unfinished = 0;
  for (let run = 0; run < runs; run += 1) {
    const detect = createDetector();
    let length = 1;
    while (!detect(multiple * draw()) && length < observationsMax) length += 1;
    if (length === observationsMax) unfinished += 1;
    lengths.push(length);
  }
  const sorted = lengths.sort((a, b) => a - b);
  const mean = sorted.reduce((sum, length) => sum + length, 0) / runs;
  const variance = sorted.reduce((sum, length) => sum + (length - mean) ** 2, 0) / Math.max(1, runs - 1);
  return {
    runs,
    mean,
    median: sorted[Math.floor(runs / 2)] ?? NaN,
    standardError: Math.sqrt(variance / runs),
    unfinished,
  };
}

const BLOCK = 4_096;

/** Standardised returns without end; a Student t with an even number of degrees is a normal over a mean of exponentials. */
export function returnStream(law: ReturnLaw, seed: number): () => number {
  const random = randomStream(seed);
  const normals = new Float64Array(BLOCK);
  let next = BLOCK;
  const normal = (): number => {
    if (next === BLOCK) {
      fillNormals(random, normals);
      next = 0;
    }
    const value = normals[next] ?? NaN;
    next += 1;
    return value;
  };
  if (law === 'NORMAL') return normal;
  const { degreesOfFreedom } = law;
  const scale = Math.sqrt((degreesOfFreedom - 2) / degreesOfFreedom);
  const whole = Math.floor(degreesOfFreedom / 2);
  const hasOdd = degreesOfFreedom % 2 === 1;
  return () => {
    let logs = 0;
    for (let pair = 0; pair < whole; pair += 1) logs += Math.log(random.uniform());
    const chiSquared = -2 * logs + (hasOdd ? normal() ** 2 : 0);
    return scale * normal() * Math.sqrt(degreesOfFreedom / chiSquared);
  };
}

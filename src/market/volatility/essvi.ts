import type { RawSvi } from './svi.js';

/**
 * One slice of extended SSVI: w(k) = theta/2 (1 + rho phi k + sqrt((phi k + rho)^2 + 1 - rho^2)) with phi = psi / theta.
 * theta is the total variance at the money; psi (1 + rho) / 2 and psi (1 - rho) / 2 are the slopes of its wings. Sources:
 * J. Gatheral, A. Jacquier, Quantitative Finance 14(1), 2014, section 4; A. Mingone, "No arbitrage global parametrization
 * for the eSSVI volatility surface", 2022, section 2.1.
 */
export interface EssviSlice {
  /** > 0 */
  readonly theta: number;
  /** > 0 */
  readonly psi: number;
  /** In (-1, 1). */
  readonly rho: number;
}

/** The slice by the slopes of its wings, doubled: A = psi (1 + rho) for calls, B = psi (1 - rho) for puts. */
export interface EssviWings {
  readonly theta: number;
  readonly callWing: number;
  readonly putWing: number;
}

/** SSVI with a power law phi = eta / (theta^gamma (1 + theta)^(1 - gamma)). */
export interface PowerLaw {
  readonly eta: number;
  readonly gamma: number;
}

export function essviToRaw({ theta, psi, rho }: EssviSlice): RawSvi {
  const phi = psi / theta;
  const coRhoSquared = (1 - rho) * (1 + rho);
  return {
    a: (theta * coRhoSquared) / 2,
    b: psi / 2,
    rho,
    m: -rho / phi,
    sigma: Math.sqrt(coRhoSquared) / phi,
  };
}

/** SSVI: phi given instead of psi. */
export function ssviToRaw(theta: number, phi: number, rho: number): RawSvi {
  return essviToRaw({ theta, psi: theta * phi, rho });
}

export function essviWings({ theta, psi, rho }: EssviSlice): EssviWings {
  return { theta, callWing: psi * (1 + rho), putWing: psi * (1 - rho) };
}

export function essviFromWings({ theta, callWing, putWing }: EssviWings): EssviSlice {
  const psi = (callWing + putWing) / 2;
  return { theta, psi, rho: (callWing - putWing) / (callWing + putWing) };
}

export function powerLawPhi({ eta, gamma }: PowerLaw, theta: number): number {
  return eta / (theta ** gamma * (1 + theta) ** (1 - gamma));
}

/** eta (1 + |rho|) <= 2 and 0 < gamma <= 1/2: the whole surface is free of arbitrage when theta does not fall with time. */
export function isPowerLawArbitrageFree({ eta, gamma }: PowerLaw, rho: number): boolean {
  return eta > 0 && eta * (1 + Math.abs(rho)) <= 2 && gamma > 0 && gamma <= 0.5;
}

/** Sufficient for g >= 0: max(A, B) < 4 and (A + B) max(A, B) <= 8 theta. */
export function isEssviButterflyFree(slice: EssviSlice): boolean {
  const { theta, callWing, putWing } = essviWings(slice);
  const steeper = Math.max(callWing, putWing);
  return steeper < 4 && (callWing + putWing) * steeper <= 8 * theta;
}

/**
 * Necessary for the later slice to lie nowhere below the earlier one: theta and both wings do not fall. Not sufficient,
 * though often coded so: of pairs that meet only this, about one in five cross.
 */
export function meetsEssviCalendarNecessary(near: EssviWings, far: EssviWings): boolean {
  return far.theta >= near.theta && far.callWing >= near.callWing && far.putWing >= near.putWing;
}

/** Necessary and, beside it, one of two conditions either of which is sufficient. */
export function meetsEssviCalendarSufficient(near: EssviWings, far: EssviWings): boolean {
  if (!meetsEssviCalendarNecessary(near, far)) return false;
  return isEssviInterpolationSafe(near, far) || meetsCurvatureCondition(near, far);
}

/**
 * psi / theta does not rise with time: then slices between the two with theta, A and B linear in time cross neither. The other
 * sufficient condition does not give that.
 */
export function isEssviInterpolationSafe(near: EssviWings, far: EssviWings): boolean {
  const psiNear = (near.callWing + near.putWing) / 2;
  const psiFar = (far.callWing + far.putWing) / 2;
  return meetsEssviCalendarNecessary(near, far) && psiFar * near.theta <= psiNear * far.theta;
}

/** (rho1 - psi2 rho2 / psi1)^2 <= (theta2 / theta1 - 1) (psi2^2 theta1 / (psi1^2 theta2) - 1) */
function meetsCurvatureCondition(nearWings: EssviWings, farWings: EssviWings): boolean {
  const near = essviFromWings(nearWings);
  const far = essviFromWings(farWings);
  const psiRatio = far.psi / near.psi;
  const thetaRatio = far.theta / near.theta;
  const difference = near.rho - psiRatio * far.rho;
  return difference * difference <= (thetaRatio - 1) * ((psiRatio * psiRatio) / thetaRatio - 1);
}

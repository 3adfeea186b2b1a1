/** Reserves against liabilities, asset by asset: what is short in one is not made good by another. */
import type { CheckedHolding, ReserveEvidence } from './reserve-holdings.js';
import type { AttestedAsset } from './attested-asset.js';

/** What counts of a reserve, in [0, 1]: by evidence, and by asset on top. */
export interface ReserveHaircuts {
  /** Share lost by how far the reserve was shown. */
  readonly byEvidence: Readonly<Record<ReserveEvidence, number>>;
  /** Share lost by what it is, 0 where absent. */
  readonly byAsset?: Readonly<Record<string, number>>;
}

/** A signature shows control; a watched balance may be somebody else's, a statement may be nothing. */
export const DEFAULT_HAIRCUTS: ReserveHaircuts = { byEvidence: { signed: 0, watched: 0.5, declared: 1 } };

export interface AssetSolvency {
  readonly asset: string;
  readonly liabilities: bigint;
  /** As claimed, before haircuts. */
  readonly claimed: bigint;
  /** After haircuts, rounded down. */
  readonly counted: bigint;
  /** counted - liabilities. */
  readonly surplus: bigint;
  /** counted / liabilities; Infinity when nothing is owed. */
  readonly ratio: number;
  /** counted / (liabilities + losses of the worst stress), where stresses were given. */
  readonly stressedRatio?: number;
}

export interface SolvencyInput {
  readonly assets: readonly AttestedAsset[];
  readonly liabilities: readonly bigint[];
  readonly holdings: readonly CheckedHolding[];
  readonly haircuts: ReserveHaircuts;
  /** Losses of the two largest debtor groups under each stress, smallest units per asset: the venue bears them first. */
  readonly coverTwoByStress?: readonly (readonly bigint[])[];
}

/** Parts of a haircut that are told apart. */
const HAIRCUT_SCALE = 1_000_000;

export function solvencyOf(input: SolvencyInput): AssetSolvency[] {
  const { assets, liabilities, holdings, haircuts, coverTwoByStress = [] } = input;
  return assets.map(({ asset }, i) => {
    const owed = liabilities[i] ?? 0n;
    let claimed = 0n;
    let counted = 0n;
    for (const { holding, evidence } of holdings) {
      if (holding.asset !== asset) continue;
      claimed += holding.units;
      counted += (holding.units * keptParts(haircuts, asset, evidence)) / BigInt(HAIRCUT_SCALE);
    }
    const worstLoss = coverTwoByStress.reduce((worst, losses) => max(worst, losses[i] ?? 0n), 0n);
    return {
      asset,
      liabilities: owed,
      claimed,
      counted,
      surplus: counted - owed,
      ratio: quotient(counted, owed),
      ...(coverTwoByStress.length === 0 ? {} : { stressedRatio: quotient(counted, owed + worstLoss) }),
    };
  });
}

function keptParts(haircuts: ReserveHaircuts, asset: string, evidence: ReserveEvidence): bigint {
  const kept = (1 - haircuts.byEvidence[evidence]) * (1 - (haircuts.byAsset?.[asset] ?? 0));
  return BigInt(Math.floor(kept * HAIRCUT_SCALE));
}

/** a / b to the last bit or two of a double; Infinity over 0, never rounded up to 1 from below. */
function quotient(a: bigint, b: bigint): number {
  if (b === 0n) return Infinity;
  const ratio = Number((a << 64n) / b) / 2 ** 64;
  return ratio === 1 && a < b ? 1 - Number.EPSILON / 2 : ratio;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.js';
import { DEPTH_BANDS } from '../charges/liquidity/depth-bands.js';
import {
  houseStressLibrary,
  parseStressLibrary,
  stressLibrarySchema,
  type StressLibrary,
} from '../../scenarios/stress/stress-library.js';
import { GRID_SCENARIOS_MAX } from '../../limits.js';
import { between, parseWith } from '../parameter-schema.js';
import { checkDraws } from '../drawn/frozen-draws.js';
import { checkTenors, drawParameters, tenorsDays, underlyingLaw } from '../drawn/law.js';

const tail = z.strictObject({
  /** Of VaR and expected shortfall. */
  confidence: z.number().min(0.5).lt(1),
  /** Holding period of the initial margin. */
  initialHours: between(1, 240),
  /** Time from detection to the end of a close-out: holding period of the maintenance margin. */
  closeOutHours: between(1, 240),
  /** Initial risk is at least this many times maintenance risk. */
  initialOverMaintenance: between(1, 10),
  /** Share of the grid loss that maintenance holds. */
  gridInMaintenance: between(0, 1),
  /** Weight of the stress set in the blend of expected shortfalls. */
  stressWeight: between(0, 1),
});

/** The dated moves of the house's library, and a library of one's own in the same form. */
const stress = z.strictObject({
  /** Version of the library: other numbers are another parameter set. */
  library: z.string(),
  own: stressLibrarySchema.optional(),
});

const depthByBand = z.array(z.number().min(0)).length(DEPTH_BANDS.length);

const liquidity = z.strictObject({
  /** Half-spread of spot, perpetuals and futures as a share of price: mean plus three deviations. */
  deltaOneHalfSpread: between(0, 0.5),
  /** Half-spread of options in volatility (0.01 is one point): mean plus three deviations. */
  optionHalfSpread: between(0, 5),
  /** Stressed volume of a day in dollars, 0 where nothing trades, the delta-one instruments of one bucket. */
  deltaOneAdvUsd: z.number().min(0),
  /** Stressed volume of a day in dollars of delta, one bucket of options. */
  optionAdvUsd: z.number().min(0),
  /** Stressed volume of a day in vega (dollars per unit of volatility), one bucket of options. */
  optionAdvVega: z.number().min(0),
  /** Daily standard deviation of ln(volatility). */
  dailyVolOfVol: between(0, 2),
  /**
   * Depth of a delta-one bucket's thinner side within 10, 25, 50 and 100 basis points, dollars, cumulative, own group's orders left
   * out (`charges/liquidity/depth-statistics`): the slow one in both margins, the fast one in the initial. Absent where it is not watched.
   */
  deltaOneDepthUsd: z.strictObject({ slow: depthByBand, fast: depthByBand }).optional(),
});

const underlying = z.strictObject({
  ...underlyingLaw,
  gridRange: z.number().gt(0).lt(1),
  /** Funding of a perpetual over the initial holding period, share of notional. */
  fundingRate: between(0, 1),
  /** Oracle price uncertainty at which its score is 0, share of price. */
  confidenceMax: z.number().gt(0).max(1),
  liquidity,
});

const schema = z
  .strictObject({
    /** Cash of the account: its peg is not stressed. */
    cashAsset: z.string().min(1),
    tail,
    draws: drawParameters,
    /** What stands in for something unobserved, in words; every report says so. */
    proxies: z.array(z.string().min(1)).max(32),
    tenorsDays,
    underlyings: z.record(z.string(), underlying),
    stress,
    grid: z.strictObject({
      volUp: between(0, 5),
      volDown: between(0, 1),
      /** (30 / days)^power, up to 30 days and beyond. */
      shortPower: between(0, 2),
      longPower: between(0, 2),
      floorDays: z.number().gt(0).max(30),
      /** Annualised; shocked-up volatility does not stay below. */
      volFloor: between(0, 5),
      /** Multiples of the range with the share of the loss that counts. */
      tails: z
        .array(z.strictObject({ multiple: z.number().min(-10).max(100), weight: between(0, 1) }))
        .max(64),
    }),
    /** Forward of an expiry against spot: max(floor, exp(perYear x T) - 1). */
    basis: z.strictObject({ floor: between(0, 1), perYear: between(0, 10) }),
    /** Share of spot per short option that no other covers, per expiry, calls and puts apart. */
    nakedShortRate: between(0, 1),
    correlationBreak: z.strictObject({ weight: between(0, 1), diversificationCap: between(0, 1) }),
    liquidity: z.strictObject({
      /** Of the square-root law. */
      impact: between(0, 10),
      /** Share of a day's volume that a close-out may take. */
      participation: z.number().gt(0).max(1),
    }),
    oracle: z.strictObject({
      /** Quartile distances of a Laplace law that cover 95 % of it. */
      deviations: between(0, 20),
      chargeMax: between(0, 1),
      scoreFloor: between(0, 1),
      scoreRate: between(0, 10),
      /** Volatility that a confidence of 0 leaves open, in units of volatility. */
      volatilityUncertainty: between(0, 5),
    }),
    credit: z.strictObject({
      /** Share of accounts' losses with enforceable recourse. */
      recourse: between(0, 1),
      /** Probability of default over the close-out period by tier. */
      defaultProbability: z.record(z.string(), z.number().min(0).lt(1)),
      /** Of the account; absent or unknown: the worst one. */
      tier: z.string().optional(),
      lossGivenDefault: z.number().gt(0).max(1),
    }),
    /** Haircut of coins on what hedges nothing, by asset; `*` for every other one. */
    haircuts: z.record(z.string(), between(0, 1)),
    /** Assets that may lose their peg, beside the cash asset: jumps with the share of the loss that counts. */
    pegs: z.strictObject({
      assets: z.array(z.string()),
      jumps: z.array(z.strictObject({ jump: z.number().gt(-1).lt(0), share: between(0, 1) })),
    }),
  })
  .superRefine(checkTenors)
  .superRefine(({ credit }, context) => {
    if (Object.keys(credit.defaultProbability).length > 0) return;
    context.addIssue({
      code: 'custom',
      path: ['credit', 'defaultProbability'],
      message: 'at least one tier',
    });
  })
  .superRefine(({ stress: { library, own } }, context) => {
    const issue = (path: string[], message: string): void => {
      context.addIssue({ code: 'custom', path: ['stress', ...path], message });
    };
    const house = houseLibrary();
    if (library !== house.version) issue(['library'], `the version of the library, ${house.version}`);
    const parsed = own === undefined ? undefined : parseStressLibrary(own);
    if (parsed?.ok === false) issue(['own'], parsed.failure.message);
    if ((own?.scenarios.length ?? 0) > GRID_SCENARIOS_MAX)
      issue(['own', 'scenarios'], `at most ${String(GRID_SCENARIOS_MAX)} scenarios`);
  })
  .readonly();

function houseLibrary(): StressLibrary {
  const library = houseStressLibrary();
  if (!library.ok) throw new RangeError(library.failure.message);
  return library.value;
}

/** The libraries whose moves the expected shortfall of stress is taken over. */
export function stressLibraries({ stress: { own } }: HouseParameters): readonly StressLibrary[] {
  return own === undefined ? [houseLibrary()] : [houseLibrary(), own];
}

export type HouseParameters = z.infer<typeof schema>;
export type HouseUnderlying = HouseParameters['underlyings'][string];

export function parseHouseParameters(value: unknown): Outcome<HouseParameters> {
  return checkDraws(parseWith(schema, value));
}

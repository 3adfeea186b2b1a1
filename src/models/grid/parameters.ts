import { z } from 'zod';
import { QUALITIES } from '../../domain/report.js';
import type { Outcome } from '../../domain/outcome.js';
import { GRID_SCENARIOS_MAX } from '../../limits.js';
import { between, parseWith } from '../parameter-schema.js';

const quality = z.enum(QUALITIES);

/** A part of a requirement, for initial and for maintenance margin. */
const rates = { initial: between(0, 100), maintenance: between(0, 100), quality };

const volatilityMove = z.strictObject({
  name: z.string().min(1).max(32),
  /** Relative (0.45 is 45 % of the volatility) or in points (0.45 is 45 points), by `volatility.kind`. */
  shock: between(-10, 10),
  /** Annualised floor of the shocked volatility; 0 for none. */
  floor: between(0, 20),
});

const farMove = z.strictObject({
  /** Relative move of spot, the same for every underlying. */
  move: z.number().gt(-1).max(100),
  /** Name of a volatility move. */
  volatility: z.string(),
  /** Share of the loss that counts. */
  weight: between(0, 10),
});

/** Charges that the grid does not see; each is added to the loss. */
const charge = z.discriminatedUnion('kind', [
  /** Short options not covered at their strike, share of the index per coin. */
  z.strictObject({ kind: z.literal('SHORT_OPTION'), name: z.string().min(1), ...rates }),
  /** Futures and perpetuals, share of gross notional. */
  z.strictObject({ kind: z.literal('FUTURE_NOTIONAL'), name: z.string().min(1), ...rates }),
  /** Delta left after netting, share of spot: hedged and unhedged parts. */
  z.strictObject({
    kind: z.literal('NET_DELTA'),
    name: z.string().min(1),
    ...rates,
  }),
  /** Known to exist, rule not public: counts 0 and makes the report unavailable for books with such risk. */
  z.strictObject({
    kind: z.literal('NOT_PUBLISHED'),
    name: z.string().min(1),
    appliesTo: z.enum(['OPTIONS', 'FUTURES', 'ANY']),
  }),
]);

const schema = z
  .strictObject({
    /** Asset in which accounts are kept and margins are stated. */
    cashAsset: z.string().min(1),
    /** Range of the price moves by underlying, relative; `*` stands for every underlying without an entry. */
    range: z.record(z.string(), z.number().gt(0).lt(1)),
    /** Price moves as shares of the range, e.g. [-1, -0.5, 0, 0.5, 1]. */
    prices: z.array(between(-1, 1)).min(1).max(101),
    volatility: z.strictObject({
      kind: z.enum(['RELATIVE', 'POINTS']),
      moves: z.array(volatilityMove).min(1).max(11),
      /** (30 / max(days, floorDays))^power; powers 0 for a shock that is the same at every expiry. */
      shortPower: between(0, 10),
      longPower: between(0, 10),
      floorDays: z.number().gt(0).max(400),
    }),
    farMoves: z.array(farMove).max(64),
    netting: z.strictObject({
      /** JOINT: all underlyings move together; SEPARATE: the worst of each, added up. */
      between: z.enum(['JOINT', 'SEPARATE']),
      /** Share of one underlying's gain that offsets another's loss (JOINT only). */
      gainOffset: between(0, 1),
    }),
    /** What the loss counts in either margin, and how well the grid is known. */
    loss: z.strictObject(rates),
    charges: z.array(charge).max(32),
    /** Charges that bound the sum of all others from below. */
    floors: z.array(charge).max(8),
    /** Haircut of collateral other than the cash asset. */
    haircuts: z.record(z.string(), between(0, 1)),
    /** WORST_SIDE: every order counts where it hurts, scenario by scenario; REFUSED: books with orders are not margined. */
    openOrders: z.enum(['WORST_SIDE', 'REFUSED']),
  })
  .superRefine(({ prices, volatility, farMoves }, context) => {
    if (prices.length * volatility.moves.length + farMoves.length > GRID_SCENARIOS_MAX) {
      context.addIssue({
        code: 'custom',
        path: ['prices'],
        message: `at most ${String(GRID_SCENARIOS_MAX)} scenarios`,
      });
    }
    const names = new Set<string>();
    volatility.moves.forEach(({ name }, index) => {
      if (names.has(name)) {
        const path = ['volatility', 'moves', index, 'name'];
        context.addIssue({ code: 'custom', path, message: 'a name that no other move has' });
      }
      names.add(name);
    });
    farMoves.forEach((far, index) => {
      if (names.has(far.volatility)) return;
      const path = ['farMoves', index, 'volatility'];
      context.addIssue({
        code: 'custom',
        path,
        message: `one of the volatility moves ${[...names].join(', ')}`,
      });
    });
  })
  .readonly();

export type GridParameters = z.infer<typeof schema>;
export type GridCharge = GridParameters['charges'][number];

export function parseGridParameters(value: unknown): Outcome<GridParameters> {
  return parseWith(schema, value);
}

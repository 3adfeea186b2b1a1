import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import {
  copulaDraws,
  correlationRoot,
  independentNormals,
  type CopulaLaw,
} from '../../scenarios/copula-draws.js';
import { filteredDraws, standardisedReturns } from './filtered-draws.js';
import type { DrawnLaw } from './law.js';

/** Standardised joint draws of one underlying. */
export interface UnderlyingDraws {
  /** Of the daily return. */
  readonly spot: Float64Array;
  /** Of what the return does not explain of the change of volatility. */
  readonly volatility: Float64Array;
  /** Independent normals: where inside its period a move stands. */
  readonly bridge: Float64Array;
}

/** Sets of draws kept per thread: models in use times the parameter sets that overlap during a change. */
const DRAWS_KEPT_MAX = 8;

const drawsByLaw = new Map<string, ReadonlyMap<string, UnderlyingDraws>>();

/**
 * Drawn once per law and thread: the same bits for the same version, count and shape of the law, whatever the market and
 * however far its factors move. (Deviations scale draws, they do not draw.)
 */
export function frozenDraws(law: DrawnLaw): Outcome<ReadonlyMap<string, UnderlyingDraws>> {
  const key = lawKey(law);
  const known = drawsByLaw.get(key);
  if (known !== undefined) return success(known);
  const drawn = draw(law);
  if (!drawn.ok) return drawn;
  drawsByLaw.set(key, drawn.value);
  const oldest = drawsByLaw.keys().next();
  if (drawsByLaw.size > DRAWS_KEPT_MAX && oldest.done !== true) drawsByLaw.delete(oldest.value);
  return drawn;
}

/** Everything that the standardised draws depend on. */
function lawKey({ draws, underlyings }: DrawnLaw): string {
  const margins = Object.keys(underlyings)
    .sort()
    .map((name) => [name, underlyings[name]?.degreesOfFreedom]);
  // The cap of filtered history knows today's deviation.
  const deviations = Object.values(underlyings).map(({ dailyVolatility }) => dailyVolatility);
  return JSON.stringify([draws, margins, draws.history === undefined ? null : deviations]);
}

/**
 * Parameters whose joint law can be drawn; correlations that are no correlations and records that stand still are refused by name.
 * Draws nothing: parameters are read on threads that have no time for it.
 */
export function checkDraws<P extends DrawnLaw>(parsed: Outcome<P>): Outcome<P> {
  if (!parsed.ok) return parsed;
  const { history } = parsed.value.draws;
  const checked =
    history === undefined
      ? correlationRoot(copulaOf(parsed.value))
      : standardisedReturns(parsed.value, history);
  if (checked.ok) return parsed;
  return { ok: false, failure: { ...checked.failure, field: `parameters.draws.${checked.failure.field}` } };
}

function draw(law: DrawnLaw): Outcome<ReadonlyMap<string, UnderlyingDraws>> {
  const { draws } = law;
  if (draws.history !== undefined) return filteredDraws(law, draws.history);
  const joint = copulaDraws(copulaOf(law));
  if (!joint.ok) return joint;
  const none = new Float64Array();
  return success(
    new Map(
      namesOf(law).map((name, at) => [
        name,
        {
          spot: joint.value[2 * at] ?? none,
          volatility: joint.value[2 * at + 1] ?? none,
          bridge: independentNormals(draws.version, name, draws.count),
        },
      ]),
    ),
  );
}

/** A return and a volatility of every underlying. */
function copulaOf(law: DrawnLaw): CopulaLaw {
  const { draws, underlyings } = law;
  return {
    ...draws,
    factors: namesOf(law).flatMap((name) => [
      { name, degreesOfFreedom: underlyings[name]?.degreesOfFreedom ?? NaN },
      { name: `${name}.vol` },
    ]),
  };
}

function namesOf({ underlyings }: DrawnLaw): string[] {
  return Object.keys(underlyings).sort();
}

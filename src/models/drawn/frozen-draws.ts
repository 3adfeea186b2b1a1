import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { copulaDraws, independentNormals } from '../../scenarios/copula-draws.js';
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

const drawsOfParameters = new WeakMap<DrawnLaw, ReadonlyMap<string, UnderlyingDraws>>();

/** Drawn once per parameter set and thread: the same bits for the same version and count, whatever the market. */
export function frozenDraws(parameters: DrawnLaw): Outcome<ReadonlyMap<string, UnderlyingDraws>> {
  const known = drawsOfParameters.get(parameters);
  if (known !== undefined) return success(known);
  const drawn = draw(parameters);
  if (drawn.ok) drawsOfParameters.set(parameters, drawn.value);
  return drawn;
}

function draw({ draws, underlyings }: DrawnLaw): Outcome<ReadonlyMap<string, UnderlyingDraws>> {
  const names = Object.keys(underlyings).sort();
  const joint = copulaDraws({
    ...draws,
    factors: names.flatMap((name) => [
      { name, degreesOfFreedom: underlyings[name]?.degreesOfFreedom ?? NaN },
      { name: `${name}.vol` },
    ]),
  });
  if (!joint.ok) return joint;
  const none = new Float64Array();
  return success(
    new Map(
      names.map((name, at) => [
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

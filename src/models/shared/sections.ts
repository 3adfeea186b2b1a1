import type { ScenarioLabel, ScenarioSet } from '../../scenarios/scenario-set.js';

/** Part of a book that has a worst scenario of its own, e.g. one combined commodity. */
export interface Section {
  readonly name: string;
  /** One entry per scenario of the set. */
  readonly pnl: Float64Array;
}

/**
 * The vectors of all sections one after the other, labelled by section where there are several: each section has a binding
 * scenario of its own, and no sum over sections decides anything.
 */
export function sectionVectors(
  sections: readonly Section[],
  { labels }: ScenarioSet,
): { scenarioPnl: Float64Array; labels?: readonly ScenarioLabel[] } {
  const [only] = sections;
  if (only === undefined) return { scenarioPnl: new Float64Array(labels.length) };
  if (sections.length === 1) return { scenarioPnl: only.pnl };
  return {
    scenarioPnl: Float64Array.from(sections.flatMap(({ pnl }) => [...pnl])),
    labels: sections.flatMap(({ name }) =>
      labels.map((label) => ({ ...label, label: `${name}: ${label.label}` })),
    ),
  };
}

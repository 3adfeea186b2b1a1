/** Who bears what a bankrupt account cannot, in turn; smallest currency units, all >= 0. */
export interface WaterfallLayer {
  readonly name: string;
  readonly units: bigint;
}

export interface WaterfallDraw {
  readonly draws: readonly WaterfallLayer[];
  /** What no layer covers: auto-deleveraging. */
  readonly left: bigint;
}

/** Takes a deficit from the layers in their order, each to its end before the next; draws and `left` add up to the deficit. */
export function drawWaterfall(deficit: bigint, layers: readonly WaterfallLayer[]): WaterfallDraw {
  if (deficit < 0n || layers.some(({ units }) => units < 0n))
    throw new RangeError('Expected a deficit and layers of at least 0 units');
  let left = deficit;
  const draws = layers.map(({ name, units }) => {
    const taken = units < left ? units : left;
    left -= taken;
    return { name, units: taken };
  });
  return { draws, left };
}

import type { ComponentShares, ModelInput, PositionGroup } from '../model.js';

type Input = ModelInput<unknown>;

/** Shares from one rule per position, in the order of the input's positions. */
export function sharesOf(
  input: Input,
  total: number,
  share: (position: Input['positions'][number], at: number) => number,
): ComponentShares {
  return { total, byPosition: Float64Array.from(input.positions, share) };
}

/** The group of every position: index into `input.groups`. */
export function groupOfPosition(input: Input): Uint32Array {
  const group = new Uint32Array(input.positions.length);
  input.groups.forEach(({ firstPosition, positionCount }, at) =>
    group.fill(at, firstPosition, firstPosition + positionCount),
  );
  return group;
}

/** Positions of a group that stand at each strike, with their contracts: what `nakedShortContracts` adds up. */
export function nakedShortShares(
  input: Input,
  groups: readonly PositionGroup[],
  weight: (group: PositionGroup) => number,
): Float64Array {
  const { strike, contractSize } = input.market.columns;
  const shares = new Float64Array(input.positions.length);
  for (const group of groups) {
    const end = group.firstPosition + group.positionCount;
    let from = group.firstPosition;
    while (from < end) {
      const k = strike[input.positions[from]?.instrument ?? 0];
      let to = from;
      let net = 0;
      while (to < end && strike[input.positions[to]?.instrument ?? 0] === k) {
        const position = input.positions[to];
        net += (position?.quantity ?? NaN) * (contractSize[position?.instrument ?? 0] ?? NaN);
        to += 1;
      }
      // Only where shorts are left over: each contract at the strike, short or covering, counts with its sign reversed.
      for (let at = from; net < 0 && at < to; at += 1) {
        const position = input.positions[at];
        const contracts = (position?.quantity ?? NaN) * (contractSize[position?.instrument ?? 0] ?? NaN);
        shares[at] = -contracts * weight(group);
      }
      from = to;
    }
  }
  return shares;
}

import { failure, success } from '../../../domain/outcome.js';
import type { Outcome } from '../../../domain/outcome.js';

/**
 * The outermost group of every group: what belongs together defaults together. `parentOf` names the group that each group
 * belongs to; one without a parent is its own. Fails on a cycle, naming it.
 */
export function outermostGroups(parentOf: ReadonlyMap<string, string>): Outcome<ReadonlyMap<string, string>> {
  const outermost = new Map<string, string>();
  for (const group of parentOf.keys()) {
    const path = [group];
    let current = group;
    for (let parent = parentOf.get(current); parent !== undefined; parent = parentOf.get(current)) {
      if (path.includes(parent)) {
        const cycle = [...path.slice(path.indexOf(parent)), parent].join(' in ');
        return failure('INVALID_VALUE', 'groups', `Groups belong to each other in a cycle: ${cycle}`);
      }
      path.push(parent);
      current = parent;
    }
    outermost.set(group, current);
  }
  return success(outermost);
}

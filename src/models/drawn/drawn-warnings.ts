import type { ModelInput } from '../model.js';
import { recordNotes, type DrawnLaw } from './law.js';

/** What the numbers of a book rest on that nobody observed, one sentence each; nothing for a book without positions. */
export function drawnWarnings({
  positions,
  parameters,
}: ModelInput<DrawnLaw & { readonly proxies: readonly string[] }>): readonly string[] {
  if (positions.length === 0) return [];
  return [...parameters.proxies.map((proxy) => `proxy: ${proxy}`), ...recordNotes(parameters)];
}

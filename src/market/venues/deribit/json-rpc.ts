import type { Outcome } from '../../../domain/outcome.js';
import { failure, success } from '../../../domain/outcome.js';
import type { TextSource } from '../text-source.js';

export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The result of a JSON-RPC response, or the value itself where it was saved without its envelope. */
export function readResult({ name, text }: TextSource): Outcome<unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return failure(
      'INVALID_VALUE',
      name,
      `Not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (!isRecord(parsed)) return success(parsed);
  if ('result' in parsed) return success(parsed.result);
  if ('error' in parsed) return failure('INVALID_VALUE', name, 'The response is an error, not a result');
  return success(parsed);
}

import { expected } from '../../domain/outcome.js';

/** A JSON value that the schema does not allow; caught where the mapping is entered. */
export class JsonMappingError extends Error {
  constructor(
    /** Path from the root of the message in JSON names, e.g. `portfolios[3].positions[17].quantity`. */
    readonly path: string,
    message: string,
  ) {
    super(message);
    this.name = 'JsonMappingError';
  }
}

export function wrongValue(what: string, path: string, received: unknown): JsonMappingError {
  return new JsonMappingError(path, expected(what, path === '' ? 'the message' : path, received));
}

export function fieldPath(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

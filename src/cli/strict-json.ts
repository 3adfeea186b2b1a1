/** JSON as files must hold it: what the language's parser lets pass silently is refused. */

/** Where the text is no JSON that can be trusted; the message names the path of the key. */
export class StrictJsonError extends Error {
  override readonly name = 'StrictJsonError';
}

/** A list has no keys. */
interface Open {
  readonly keys: Set<string> | undefined;
  readonly path: string;
  /** Entries seen, or the key that waits for its value. */
  at: number | string;
}

/** Strings, brackets and commas; everything else of valid JSON neither opens nor names anything. */
const TOKENS = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\],]/g;

/**
 * As `JSON.parse`, but a key that stands twice in an object is an error and not its last value, as is `__proto__`, which names
 * no field.
 *
 * @throws {SyntaxError | StrictJsonError}
 */
export function parseStrictJson(text: string): unknown {
  const value = JSON.parse(text) as unknown;
  requireUniqueKeys(text);
  return value;
}

/** The text is valid JSON, so that its tokens alone tell its structure. */
function requireUniqueKeys(text: string): void {
  const open: Open[] = [];
  for (const [token, colon] of text.matchAll(TOKENS)) {
    const innermost = open.at(-1);
    if (token === '{' || token === '[') {
      const path = innermost === undefined ? '' : pathOf(innermost);
      open.push(token === '{' ? { keys: new Set(), path, at: '' } : { keys: undefined, path, at: 0 });
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ',') {
      if (typeof innermost?.at === 'number') innermost.at++;
    } else if (colon !== undefined && innermost?.keys !== undefined) {
      innermost.at = JSON.parse(token.slice(0, token.length - colon.length)) as string;
      requireNew(innermost.keys, innermost.at, pathOf(innermost));
    }
  }
}

function requireNew(keys: Set<string>, key: string, path: string): void {
  if (keys.has(key)) throw new StrictJsonError(`${path}: expected each key once but "${key}" stands twice`);
  if (key === '__proto__') throw new StrictJsonError(`${path}: expected no field of the name "__proto__"`);
  keys.add(key);
}

function pathOf({ path, at }: Open): string {
  if (typeof at === 'number') return `${path}[${String(at)}]`;
  return path === '' ? at : `${path}.${at}`;
}

import { LruCache } from '../engine/lru-cache.js';
import type { Outcome } from '../domain/outcome.js';
import { success } from '../domain/outcome.js';
import { REMEMBERED_CALCULATION_BYTES_MAX, RESOLVED_MODELS_CACHED_MAX } from '../limits.js';
import { resolveModel } from '../models/catalogue.js';
import type { ResolvedModel } from '../models/resolved-model.js';
import type { CalculationTerms } from '../wire/convert/calculation.js';
import { failureOfCalculation, termsFromMessage } from '../wire/convert/calculation.js';
import { codec } from '../wire/schema.js';
import { asBuffer, calculationTwin } from '../wire/twin.js';
import { failed, malformed } from './errors.js';

/** A calculation with its model found and its market still a number or bytes. */
export interface ReadCalculation extends CalculationTerms {
  readonly resolvedModel: ResolvedModel;
  /** Wire bytes of a market that the request brings along. */
  readonly inlineMarket: Uint8Array | null;
}

/**
 * Reads the calculation of a request. Most requests of a client carry the same few bytes, so their meaning is remembered;
 * the market is looked up anew by every call.
 */
export class CalculationReader {
  readonly #known = new LruCache<ReadCalculation>(RESOLVED_MODELS_CACHED_MAX);
  /** The one read last: most calls repeat it, and comparing bytes costs less than making a key of them. */
  #last: { readonly bytes: Uint8Array; readonly path: string; readonly read: ReadCalculation } | undefined;

  /** `path` is where the calculation stands in the request. Throws the error of the RPC. */
  read(bytes: Uint8Array | null, path: string): ReadCalculation {
    if (bytes === null)
      throw failed({ reason: 'MISSING_FIELD', field: path, message: `Expected a value for ${path}` });
    if (bytes.length > REMEMBERED_CALCULATION_BYTES_MAX) return readCalculation(bytes, path);
    const last = this.#last;
    if (last?.path === path && areEqual(last.bytes, bytes)) return last.read;
    const key = `${path} ${asBuffer(bytes).toString('latin1')}`;
    const read = this.#known.getOrAdd(key, () => readCalculation(bytes, path));
    this.#last = { bytes: Uint8Array.from(bytes), path, read };
    return read;
  }
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function readCalculation(bytes: Uint8Array, path: string): ReadCalculation {
  let terms: Outcome<CalculationTerms>;
  let inlineMarket: Uint8Array | null;
  try {
    const { model, epoch, inline, options } = calculationTwin.decode(bytes);
    inlineMarket = inline;
    terms = termsFromMessage({
      epoch: epoch.toString(),
      ...(model === null ? {} : { model: codec('margincube.v1.ModelSpec').decode(asBuffer(model)) }),
      ...(options === null
        ? {}
        : { options: codec('margincube.v1.ReportOptions').decode(asBuffer(options)) }),
    });
  } catch {
    throw malformed(
      path,
      `Expected a margincube.v1.Calculation but received ${String(bytes.length)} bytes that are none`,
    );
  }
  const resolved = terms.ok ? withModel(terms.value) : terms;
  if (!resolved.ok) throw failed(failureOfCalculation(resolved.failure, path));
  // Slices share the memory of their request, which must not be kept alive by what is remembered.
  return { ...resolved.value, inlineMarket: inlineMarket === null ? null : Uint8Array.from(inlineMarket) };
}

function withModel(terms: CalculationTerms): Outcome<CalculationTerms & { resolvedModel: ResolvedModel }> {
  const model = resolveModel(terms.model);
  return model.ok ? success({ ...terms, resolvedModel: model.value }) : model;
}

import { listModels, resolveModel } from '../models/catalogue.js';
import { modelFromMessage, failureOfCalculation } from '../wire/convert/calculation.js';
import { snapshotToMessage } from '../wire/convert/market.js';
import { structFromJson } from '../wire/json/well-known.js';
import { codec } from '../wire/schema.js';
import { integer } from '../wire/convert/fields.js';
import type { MessageName } from '../wire/message-types.js';
import { failed, malformed } from './errors.js';
import { pinMarket } from './pin-market.js';
import type { ServerContext } from './server-context.js';

/** MarketDataService.GetSnapshot. */
export function getSnapshot({ epochs }: ServerContext, request: Buffer): Buffer {
  const { epoch } = decode('margincube.v1.GetSnapshotRequest', request);
  const pinned = pinMarket(epochs, integer(epoch));
  try {
    return codec('margincube.v1.GetSnapshotResponse').encode({
      snapshot: snapshotToMessage(pinned.snapshot),
      marketHash: pinned.market.hash,
    });
  } finally {
    pinned.release();
  }
}

/** ModelService.ListModels. */
export function answerListModels(request: Buffer): Buffer {
  decode('margincube.v1.ListModelsRequest', request);
  const models = listModels().map((listing) => ({
    ...listing,
    parameterSets: listing.parameterSets.map((set) => ({ ...set })),
  }));
  return codec('margincube.v1.ListModelsResponse').encode({ models });
}

/** ModelService.GetModel. */
export function getModel(request: Buffer): Buffer {
  const { model } = decode('margincube.v1.GetModelRequest', request);
  const reference = modelFromMessage(model);
  const resolved = reference.ok ? resolveModel(reference.value) : reference;
  if (!resolved.ok) {
    const { failure } = resolved;
    const { field } = failureOfCalculation(failure, '');
    throw failed({ ...failure, field: field.replace(/^\./, '') });
  }
  const { id, title, version, parameterSet, parameterHash, parameters, warnings } = resolved.value;
  return codec('margincube.v1.GetModelResponse').encode({
    id,
    title,
    version,
    parameterSet,
    parameterHash,
    parameters: structFromJson(parameters, 'parameters'),
    warnings: [...warnings],
  });
}

function decode<Name extends MessageName>(
  name: Name,
  bytes: Buffer,
): ReturnType<ReturnType<typeof codec<Name>>['decode']> {
  try {
    return codec(name).decode(bytes);
  } catch {
    throw malformed('', `Expected a ${name} but received ${String(bytes.length)} bytes that are none`);
  }
}

import type { ServiceDefinition, UntypedHandleCall, UntypedServiceImplementation } from '@grpc/grpc-js';

/** A service as a server takes it. */
export interface Service {
  /** e.g. `margincube.v1.MarginService`. */
  readonly name: string;
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

export interface MethodShape {
  /** e.g. `CalculateMargin`. */
  readonly method: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** A service whose messages pass the transport as bytes, with what answers each method; undefined answers UNIMPLEMENTED. */
export function bytesService(
  name: string,
  contract: ServiceDefinition,
  answerOf: (shape: MethodShape) => UntypedHandleCall | undefined,
): Service {
  const identity = (bytes: Buffer): Buffer => bytes;
  const implementation: UntypedServiceImplementation = {};
  const definition: Record<string, ServiceDefinition[string]> = {};
  for (const [method, described] of Object.entries(contract)) {
    const { requestStream, responseStream } = described;
    const answer = answerOf({ method, requestStream, responseStream });
    if (answer !== undefined) implementation[method] = answer;
    definition[method] = { ...described, requestDeserialize: identity, responseSerialize: identity };
  }
  return { name, definition, implementation };
}

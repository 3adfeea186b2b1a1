import { describe, expect, it } from 'vitest';
import { SERVICE_CONFIG, UNARY_METHODS } from '../../src/client/index.js';
import { SERVICE_NAMES } from '../../src/rpc/services.js';
import { serviceDefinition } from '../../src/wire/schema.js';

describe('the methods of the client', () => {
  it('are those of the contract with one request and one answer', () => {
    const ofContract = SERVICE_NAMES.flatMap((service) =>
      Object.entries(serviceDefinition(service))
        .filter(([, { requestStream, responseStream }]) => !requestStream && !responseStream)
        .map(([method]) => `${service}/${method}`),
    );
    const known = Object.entries(UNARY_METHODS).flatMap(([service, methods]) =>
      Object.keys(methods).map((method) => `margincube.v1.${service}/${method}`),
    );
    expect(known.sort()).toEqual(ofContract.sort());
  });

  it('are tried again where they change nothing', () => {
    const again = SERVICE_CONFIG.methodConfig.flatMap(({ name }) => name.map(({ method }) => method));
    expect(again).toContain('CalculateMargin');
    for (const method of again)
      expect(method).toMatch(/^(Calculate|Simulate|Solve|Suggest|Get|List|Aggregate|Plan)/);
  });
});

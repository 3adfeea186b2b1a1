import { describe, expect, it } from 'vitest';
import { resolveModel } from '../../src/models/catalogue.js';

const refusal = (name: string, overrides?: unknown) => {
  const model = resolveModel({ name, ...(overrides === undefined ? {} : { overrides }) });
  return model.ok ? undefined : model.failure;
};

describe('a model that is asked for', () => {
  it('with an unknown parameter names the closest ones at its place', () => {
    expect(refusal('derive-pm2', { lossFacter: {} })).toMatchObject({
      field: 'parameters.lossFacter',
      closestMatches: expect.arrayContaining(['lossFactor']) as unknown,
    });
    expect(refusal('derive-pm2', { peg: { treshold: 1 } })).toMatchObject({
      field: 'parameters.peg.treshold',
      closestMatches: ['threshold'],
    });
  });

  it('with an unknown parameter set names the sets of its model', () => {
    expect(refusal('derive-pm2@x')?.closestMatches).toContain('derive-pm2@btc-2026-08-20');
  });

  it('with a number that is none says so', () => {
    const refused = refusal('derive-pm2', { peg: { threshold: NaN } });
    expect(refused).toMatchObject({ reason: 'INVALID_PARAMETER', field: 'parameters.peg.threshold' });
    expect(refused?.message).toContain('NaN');
  });

  it('with a name that every object inherits is refused', () => {
    const rule = { maintenanceHaircut: 0, initialHaircut: 0, riskCancelling: false };
    const overrides: unknown = JSON.parse(`{"collateral": {"__proto__": ${JSON.stringify(rule)}}}`);
    expect(refusal('derive-pm2', overrides)).toMatchObject({
      reason: 'INVALID_PARAMETER',
      field: 'parameters.collateral.__proto__',
    });
  });
});

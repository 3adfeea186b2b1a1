import { describe, expect, it } from 'vitest';
import { readAccessPolicy } from '../../src/access/access-policy.js';
import { RateLimit } from '../../src/access/rate-limit.js';
import { mayCall, METHOD_ROLES } from '../../src/access/roles.js';
import { TokenVerifier } from '../../src/access/token-verifier.js';
import { parseServerConfig } from '../../src/config/server-config.js';
import { SERVICE_NAMES } from '../../src/rpc/services.js';
import { TOKENS_VERIFYING_MAX } from '../../src/limits.js';
import { serviceDefinition } from '../../src/wire/schema.js';
import { AUDIENCE, createSecurity, ISSUER } from '../support/security.js';

const KEY = { kty: 'OKP', crv: 'Ed25519', kid: 'k', x: 'A'.repeat(43) };
const tokens = { issuer: ISSUER, audience: AUDIENCE, keys: [KEY] };

describe('the table of methods', () => {
  it('names every method of the contract and no other', () => {
    const methods = SERVICE_NAMES.flatMap((service) =>
      Object.keys(serviceDefinition(service)).map((method) => `${service}/${method}`),
    );
    expect(Object.keys(METHOD_ROLES).sort()).toEqual(methods.sort());
  });

  it('lets nobody but admin call a method that it does not name', () => {
    expect(mayCall(new Set(['risk', 'trader', 'publisher', 'reader']), 'x/Y')).toBe(false);
    expect(mayCall(new Set(['admin']), 'x/Y')).toBe(true);
  });

  it('lets traders and readers change nothing', () => {
    for (const method of ['PutPortfolio', 'RecordEvents'])
      expect(mayCall(new Set(['reader', 'trader', 'risk']), `margincube.v1.PortfolioService/${method}`)).toBe(
        false,
      );
  });
});

describe('an access policy', () => {
  const desk = { name: 'desk', tokenSubject: 'desk', roles: ['trader'], accounts: ['a'] };

  it.each([
    [{ tokens, clients: [desk, desk] }, 'clients.1.name'],
    [{ tokens, clients: [desk, { ...desk, name: 'other' }] }, 'clients.1.tokenSubject'],
    [{ clients: [desk] }, 'tokens'],
    [{ tokens, clients: [{ ...desk, roles: ['root'] }] }, 'clients.0.roles.0'],
    [{ tokens, clients: [{ ...desk, name: 'a"b' }] }, 'clients.0.name'],
    [{ tokens: { ...tokens, keys: [{ ...KEY, d: 'secret' }] }, clients: [desk] }, 'tokens.keys.0'],
    [{ tokens, clients: [] }, 'clients'],
  ])('is refused by the name of its field: %#', (json, field) => {
    const read = readAccessPolicy(json);
    expect(read.ok ? undefined : read.failure.field).toBe(field);
  });

  it('gives risk every account and a trader its own', () => {
    const read = readAccessPolicy({
      tokens,
      clients: [desk, { name: 'risk', tokenSubject: 'risk', roles: ['risk'] }],
    });
    if (!read.ok) throw new Error(read.failure.message);
    expect(read.value.bySubject.get('desk')?.caller.accounts).toEqual(new Set(['a']));
    expect(read.value.bySubject.get('risk')?.caller.accounts).toBeUndefined();
  });
});

describe('a rate limit', () => {
  it('gives a second of calls at once, then says how long to wait', () => {
    const limit = new RateLimit(10, 100, 0);
    const waits = Array.from({ length: 11 }, () => limit.take(0));
    expect(waits).toEqual([...Array.from({ length: 10 }, () => 0), 100]);
    expect(limit.take(99)).toBeGreaterThan(0);
    expect(limit.take(100)).toBe(0);
  });

  it('bounds what is open', () => {
    const limit = new RateLimit(100, 1, 0);
    expect(limit.take(0)).toBe(0);
    expect(limit.take(0)).toBeGreaterThan(0);
    limit.give();
    expect(limit.take(0)).toBe(0);
  });
});

describe('a token verifier', () => {
  it('verifies a token once, forgets it when it expires, and verifies so many at a time', async () => {
    const security = await createSecurity();
    try {
      const policy = readAccessPolicy({
        tokens: { ...tokens, keys: [security.publicJwk] },
        clients: [{ name: 'desk', tokenSubject: 'desk', roles: ['reader'] }],
      });
      if (!policy.ok) throw new Error(policy.failure.message);
      let nowMs = Date.now();
      const verifier = new TokenVerifier(
        { ...tokens, keys: [security.publicJwk] },
        policy.value.bySubject,
        () => nowMs,
      );
      const token = await security.token('desk', { expiresInSeconds: 60 });
      const first = verifier.verify(token);
      expect(first).toBeInstanceOf(Promise);
      expect((await first).ok).toBe(true);
      const again = verifier.verify(token);
      expect(again).not.toBeInstanceOf(Promise);
      expect(verifier.size).toBe(1);
      nowMs += 70_000;
      expect(await verifier.verify(token)).toEqual({ ok: false, failure: 'EXPIRED_TOKEN' });
      expect(await verifier.verify(token)).toEqual({ ok: false, failure: 'EXPIRED_TOKEN' });
      expect(verifier.size).toBe(0);
      const flood = Array.from({ length: TOKENS_VERIFYING_MAX + 5 }, (_, n) =>
        verifier.verify(`a.b.${String(n)}`),
      );
      const verdicts = await Promise.all(flood.map(async (one) => one));
      expect(verdicts.filter((one) => !one.ok && one.failure === 'BUSY')).toHaveLength(5);
      expect(verifier.size).toBe(0);
    } finally {
      security.remove();
    }
  });
});

describe('settings of security', () => {
  const tls = { certificateFile: 'c', privateKeyFile: 'k' };

  it.each([
    [{}, /tls: /],
    [{ insecureLoopback: true, host: '0.0.0.0' }, /host: .*loopback.*0\.0\.0\.0/],
    [{ insecureLoopback: true, host: '10.0.0.1' }, /host: /],
    [{ insecureLoopback: true, tls }, /insecureLoopback: /],
    [{ tls }, /accessFile: /],
  ])('never serve openly by accident: %j', (settings, message) => {
    expect(() => parseServerConfig(settings)).toThrow(message);
  });

  it.each([
    { insecureLoopback: true, host: '127.8.0.1' },
    { insecureLoopback: true, host: '::1' },
    { tls, accessFile: 'a', host: '0.0.0.0' },
  ])('take %j', (settings) => {
    expect(parseServerConfig(settings).host).toBe(settings.host);
  });
});

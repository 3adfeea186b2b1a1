import { hash } from 'node:crypto';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import type { Outcome } from '../domain/outcome.js';
import { TOKEN_LENGTH_MAX, TOKENS_CACHED_MAX, TOKENS_VERIFYING_MAX } from '../limits.js';
import type { AccessPolicy, Client, TokenTerms } from './access-policy.js';
import type { Caller } from './caller.js';

/** A verified token. */
export interface TokenHolder {
  readonly client: Client;
  /** The client's, until the token expires. */
  readonly caller: Caller;
}

/** Why a token is not taken. What is wrong with one that nobody signed is not told. */
export type TokenRefusal = 'EXPIRED_TOKEN' | 'INVALID_TOKEN' | 'BUSY';

type Verdict = Outcome<TokenHolder, TokenRefusal>;

/** Clocks of issuers agree within seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;

/**
 * Verifies EdDSA JSON web tokens (RFC 7519, RFC 8037): signature, issuer, audience, times, and a subject that the policy knows. A
 * verification costs some 170 microseconds, so a token is verified once and then known by its hash until it expires; the tokens
 * themselves are not kept.
 */
export class TokenVerifier {
  readonly #keys: ReturnType<typeof createLocalJWKSet>;
  readonly #known = new Map<string, TokenHolder>();
  #verifying = 0;

  constructor(
    private readonly terms: TokenTerms,
    private readonly clients: AccessPolicy['bySubject'],
    private readonly now: () => number,
  ) {
    this.#keys = createLocalJWKSet({
      keys: terms.keys.map(({ kty, crv, x, kid }) => ({ kty, crv, x, kid, alg: 'EdDSA' })),
    });
  }

  /** Tokens that are remembered. */
  get size(): number {
    return this.#known.size;
  }

  /** The holder of a token; at once for one that was seen before. */
  verify(token: string): Verdict | Promise<Verdict> {
    if (token.length > TOKEN_LENGTH_MAX) return { ok: false, failure: 'INVALID_TOKEN' };
    const tokenHash = hash('sha256', token, 'base64');
    const known = this.#known.get(tokenHash);
    if (known !== undefined) {
      if (this.now() < known.caller.expiresAtMs) return { ok: true, value: known };
      this.#known.delete(tokenHash);
      return { ok: false, failure: 'EXPIRED_TOKEN' };
    }
    // Bad tokens cost as much as good ones: so many at once and no more.
    if (this.#verifying >= TOKENS_VERIFYING_MAX) return { ok: false, failure: 'BUSY' };
    this.#verifying += 1;
    return this.#verifyNew(token, tokenHash).finally(() => {
      this.#verifying -= 1;
    });
  }

  async #verifyNew(token: string, tokenHash: string): Promise<Verdict> {
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        algorithms: ['EdDSA'],
        issuer: this.terms.issuer,
        audience: this.terms.audience,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(this.now()),
      });
      const client = this.clients.get(payload.sub ?? '');
      if (client === undefined || payload.exp === undefined) return { ok: false, failure: 'INVALID_TOKEN' };
      const expiresAtMs = (payload.exp + CLOCK_TOLERANCE_SECONDS) * 1_000;
      const holder = { client, caller: { ...client.caller, expiresAtMs } };
      this.#remember(tokenHash, holder);
      return { ok: true, value: holder };
    } catch (error) {
      return { ok: false, failure: error instanceof errors.JWTExpired ? 'EXPIRED_TOKEN' : 'INVALID_TOKEN' };
    }
  }

  /** The oldest makes room: one that is still in use costs a verification. */
  #remember(tokenHash: string, holder: TokenHolder): void {
    this.#known.set(tokenHash, holder);
    if (this.#known.size <= TOKENS_CACHED_MAX) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }
}

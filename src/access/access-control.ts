import type { Outcome } from '../domain/outcome.js';
import type { AccessPolicy, Client } from './access-policy.js';
import type { Caller } from './caller.js';
import { LOCAL_CALLER } from './caller.js';
import { RateLimit } from './rate-limit.js';
import { mayCall } from './roles.js';
import type { TokenHolder, TokenRefusal } from './token-verifier.js';
import { TokenVerifier } from './token-verifier.js';

/** What a caller shows. */
export interface Credentials {
  /** The `authorization` header. */
  readonly authorization: string | undefined;
  /**
   * Subject alternative names of the connection's certificate, which a trusted authority has signed; empty without one. Asked for only
   * where there is no token: to find the connection of a call costs more than to know a token again.
   */
  readonly certificateNames: () => readonly string[];
}

/** Why a call is not let in. */
export type Refusal =
  | { readonly reason: TokenRefusal | 'NO_CREDENTIALS' | 'UNKNOWN_CERTIFICATE' }
  | { readonly reason: 'METHOD_DENIED'; readonly name: string }
  | { readonly reason: 'RATE_LIMITED'; readonly name: string; readonly retryAfterMs: number };

/** A caller that was let in; `release` gives its place back. */
export interface Admitted {
  readonly caller: Caller;
  readonly release: () => void;
}

export type Entry = Outcome<Admitted, Refusal>;

const BEARER = /^Bearer +([\w.~+/=-]+)$/i;

const LET_IN: Entry = { ok: true, value: { caller: LOCAL_CALLER, release: () => undefined } };

/**
 * Decides about each call: who calls (a bearer token before a certificate), whether its role may call the method, and whether it
 * has calls left. Without a policy everybody is let in, which only a server on loopback does.
 */
export class AccessControl {
  readonly #tokens: TokenVerifier | undefined;
  readonly #limits = new Map<string, RateLimit>();

  /** @param now Milliseconds since 1970, which tokens and rates are judged against. */
  constructor(
    private readonly policy: AccessPolicy | undefined,
    private readonly now: () => number,
  ) {
    if (policy?.tokens === undefined) return;
    this.#tokens = new TokenVerifier(policy.tokens, policy.bySubject, now);
  }

  /** Whether callers must say who they are. */
  get isClosed(): boolean {
    return this.policy !== undefined;
  }

  /** Lets a call of `service/method` in, or says why not; at once, except for a token that was not seen before. */
  enter(credentials: () => Credentials, path: string): Entry | Promise<Entry> {
    const { policy } = this;
    if (policy === undefined) return LET_IN;
    const { authorization, certificateNames } = credentials();
    if (authorization !== undefined) return this.#enterWithToken(authorization, path);
    const names = certificateNames();
    for (const name of names) {
      const client = policy.byCertificate.get(name);
      if (client !== undefined) return this.#let(client, client.caller, path);
    }
    return refused({ reason: names.length > 0 ? 'UNKNOWN_CERTIFICATE' : 'NO_CREDENTIALS' });
  }

  #enterWithToken(authorization: string, path: string): Entry | Promise<Entry> {
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined || this.#tokens === undefined) return refused({ reason: 'INVALID_TOKEN' });
    const verdict = this.#tokens.verify(token);
    const enter = (found: Outcome<TokenHolder, TokenRefusal>): Entry =>
      found.ok ? this.#let(found.value.client, found.value.caller, path) : refused({ reason: found.failure });
    return verdict instanceof Promise ? verdict.then(enter) : enter(verdict);
  }

  #let({ callsPerSecond, callsInFlightMax }: Client, caller: Caller, path: string): Entry {
    const { name } = caller;
    if (!mayCall(caller.roles, path)) return refused({ reason: 'METHOD_DENIED', name });
    const nowMs = this.now();
    let limit = this.#limits.get(name);
    if (limit === undefined) {
      limit = new RateLimit(callsPerSecond, callsInFlightMax, nowMs);
      this.#limits.set(name, limit);
    }
    const retryAfterMs = limit.take(nowMs);
    if (retryAfterMs > 0) return refused({ reason: 'RATE_LIMITED', name, retryAfterMs });
    const taken = limit;
    const release = (): void => {
      taken.give();
    };
    return { ok: true, value: { caller, release } };
  }
}

function refused(refusal: Refusal): Entry {
  return { ok: false, failure: refusal };
}

import { z } from 'zod';
import type { Outcome } from '../domain/outcome.js';
import { failure, success } from '../domain/outcome.js';
import { ACCESS_CLIENTS_MAX, CALLS_IN_FLIGHT_MAX, CALLS_PER_SECOND_MAX, NAME_LENGTH_MAX } from '../limits.js';
import type { Caller } from './caller.js';
import { ROLES, SEE_EVERY_ACCOUNT } from './roles.js';

const CALLS_PER_SECOND_DEFAULT = 10_000;
const CALLS_IN_FLIGHT_DEFAULT = 256;

/** Letters that stand in a log line and a metric as they are. */
const clientName = z.string().regex(/^[\w.@:/-]{1,128}$/);

const client = z.strictObject({
  name: clientName,
  /** `sub` of its tokens; absent: it has none. */
  tokenSubject: z.string().min(1).max(NAME_LENGTH_MAX).optional(),
  /** Subject alternative names of its certificates, e.g. `URI:spiffe://firm/desk-7` or `DNS:desk-7.firm`. */
  certificates: z.array(z.string().regex(/^(URI|DNS|email):.+$/)).default([]),
  roles: z.array(z.enum(ROLES)).min(1),
  /** Accounts that it may see and use; `all`, or none for roles that need none. `risk` and `admin` see all. */
  accounts: z.union([z.literal('all'), z.array(z.string().min(1).max(NAME_LENGTH_MAX))]).default([]),
  callsPerSecond: z.number().min(1).max(CALLS_PER_SECOND_MAX).default(CALLS_PER_SECOND_DEFAULT),
  callsInFlightMax: z.number().int().min(1).max(CALLS_IN_FLIGHT_MAX).default(CALLS_IN_FLIGHT_DEFAULT),
});

/** A public Ed25519 key (RFC 8037); the member of a private one is refused like any unknown one. */
const key = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[\w-]{43}$/),
  kid: z.string().min(1),
  alg: z.enum(['EdDSA', 'Ed25519']).optional(),
  use: z.literal('sig').optional(),
});

const schema = z.strictObject({
  /** Who signs tokens; absent: certificates only. */
  tokens: z
    .strictObject({
      issuer: z.string().min(1),
      audience: z.string().min(1),
      keys: z.array(key).min(1),
    })
    .optional(),
  clients: z.array(client).min(1).max(ACCESS_CLIENTS_MAX),
});

export type TokenTerms = NonNullable<z.output<typeof schema>['tokens']>;

/** One client of the policy. */
export interface Client {
  readonly caller: Caller;
  readonly callsPerSecond: number;
  readonly callsInFlightMax: number;
}

/** Who may call, by what proves it. */
export interface AccessPolicy {
  readonly tokens: TokenTerms | undefined;
  readonly bySubject: ReadonlyMap<string, Client>;
  /** By subject alternative name, e.g. `URI:spiffe://firm/desk-7`. */
  readonly byCertificate: ReadonlyMap<string, Client>;
}

/** Reads the JSON of a policy; a failure names the field. Two clients never share a name, a subject or a certificate. */
export function readAccessPolicy(json: unknown): Outcome<AccessPolicy> {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return failure('INVALID_PARAMETER', issue?.path.join('.') ?? '', issue?.message ?? 'not a policy');
  }
  const names = new Set<string>();
  const bySubject = new Map<string, Client>();
  const byCertificate = new Map<string, Client>();
  for (const [index, one] of parsed.data.clients.entries()) {
    const field = `clients.${String(index)}`;
    const known = clientOf(one);
    if (names.has(one.name)) return twice(`${field}.name`, one.name);
    names.add(one.name);
    if (one.tokenSubject !== undefined) {
      if (parsed.data.tokens === undefined)
        return failure('MISSING_FIELD', 'tokens', `Expected tokens, which ${field}.tokenSubject needs`);
      if (bySubject.has(one.tokenSubject)) return twice(`${field}.tokenSubject`, one.tokenSubject);
      bySubject.set(one.tokenSubject, known);
    }
    for (const certificate of one.certificates) {
      if (byCertificate.has(certificate)) return twice(`${field}.certificates`, certificate);
      byCertificate.set(certificate, known);
    }
  }
  return success({ tokens: parsed.data.tokens, bySubject, byCertificate });
}

function clientOf(one: z.output<typeof client>): Client {
  const roles = new Set(one.roles);
  const seesAll = one.accounts === 'all' || SEE_EVERY_ACCOUNT.some((role) => roles.has(role));
  const accounts = seesAll ? undefined : new Set(one.accounts);
  const caller: Caller = { name: one.name, roles, accounts, expiresAtMs: Infinity };
  return { caller, callsPerSecond: one.callsPerSecond, callsInFlightMax: one.callsInFlightMax };
}

function twice(field: string, value: string): ReturnType<typeof failure> {
  return failure('DUPLICATE', field, `Expected each once but received "${value}" twice`);
}

import { expected } from '../domain/outcome.js';
import type { AttestationJson } from '../reserves/attestor-task.js';
import { integer } from '../wire/convert/fields.js';
import { messageFromJsonValue } from '../wire/json/json-mapping.js';
import type { MessageName } from '../wire/message-types.js';
import { codec } from '../wire/schema.js';
import { decodeRequest } from './decode-request.js';
import { attestationGone, failed, noPrivateTier, noReserveAudit } from './errors.js';
import type { ReserveAudit } from './reserve-audit.js';
import { requireVisible } from './visible-account.js';
import type { CallScope } from './with-call.js';

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 1_000;

/** ReserveService.GetAttestation. */
export function getAttestation(audit: ReserveAudit | undefined, request: Buffer): Buffer {
  const { sequence } = decodeRequest('margincube.v1.GetAttestationRequest', request);
  const attestation = attestationOf(audit, sequence);
  return encode('margincube.v1.GetAttestationResponse', { attestation });
}

/** ReserveService.ListAttestations: newest first, without reserves; the page token is the sequence number to go on from. */
export function listAttestations(audit: ReserveAudit | undefined, request: Buffer): Buffer {
  const { pageSize, pageToken } = decodeRequest('margincube.v1.ListAttestationsRequest', request);
  if (pageSize > PAGE_SIZE_MAX) throw invalid('pageSize', `1 to ${PAGE_SIZE_MAX}, or 0`, pageSize);
  if (!/^\d*$/.test(pageToken)) throw invalid('pageToken', 'the token of the page before', pageToken);
  const size = pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize;
  const kept = running(audit).attestor.attestations;
  const end =
    pageToken === '' ? kept.length : kept.findIndex(({ header }) => header.sequence === pageToken) + 1;
  const start = Math.max(0, end - size);
  const attestations = kept.slice(start, end).reverse();
  return encode('margincube.v1.ListAttestationsResponse', {
    attestations: attestations.map((attestation) => ({ ...attestation, reserves: [] })),
    nextPageToken: kept[start - 1]?.header.sequence ?? '',
  });
}

/** ReserveService.GetInclusionProof: under the newest attestation; the leaves of older ones have changed. */
export async function getInclusionProof(
  audit: ReserveAudit | undefined,
  request: Buffer,
  { caller }: CallScope,
): Promise<Buffer> {
  const { accountId, sequence } = decodeRequest('margincube.v1.GetInclusionProofRequest', request);
  const { attestor } = running(audit);
  if (accountId === '') throw invalid('accountId', 'an account', accountId);
  requireVisible(caller, accountId, 'accountId');
  const proof = await attestor.prove(accountId);
  if (!proof.ok) throw failed({ ...proof.failure, reason: 'UNKNOWN_ACCOUNT' });
  const { header } = proof.value.attestation;
  if (sequence !== undefined && integer(sequence) !== Number(header.sequence))
    throw attestationGone(sequence, header.sequence);
  return encode('margincube.v1.GetInclusionProofResponse', proof.value);
}

/** ReserveService.GetPrivateProof: in the newest tree of the private tier. */
export async function getPrivateProof(
  audit: ReserveAudit | undefined,
  request: Buffer,
  { caller }: CallScope,
): Promise<Buffer> {
  const { accountId } = decodeRequest('margincube.v1.GetPrivateProofRequest', request);
  const tier = running(audit).privateTier;
  if (tier === undefined) throw noPrivateTier();
  if (accountId === '') throw invalid('accountId', 'an account', accountId);
  requireVisible(caller, accountId, 'accountId');
  const proof = await tier.prove(accountId);
  if (!proof.ok) throw failed(proof.failure);
  return encode('margincube.v1.GetPrivateProofResponse', proof.value);
}

function attestationOf(audit: ReserveAudit | undefined, sequence: string | undefined): AttestationJson {
  const { newest, attestations } = running(audit).attestor;
  const found =
    sequence === undefined ? newest : attestations.find(({ header }) => header.sequence === sequence);
  if (found === undefined) throw attestationGone(sequence ?? 'the newest', newest?.header.sequence ?? 'none');
  return found;
}

function running(audit: ReserveAudit | undefined): ReserveAudit {
  if (audit === undefined) throw noReserveAudit();
  return audit;
}

function invalid(field: string, what: string, received: unknown): Error {
  return failed({ reason: 'INVALID_VALUE', field, message: expected(what, field, received) });
}

/** Attestations are kept as the JSON that files hold; the wire has the same fields. */
function encode(name: MessageName, json: unknown): Buffer {
  const message = messageFromJsonValue(name, json);
  if (!message.ok) throw new TypeError(`${name}: ${message.failure.message}`);
  return codec(name).encode(message.value);
}

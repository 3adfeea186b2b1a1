/** What an account holder runs on a proof of the private tier: every check with its result, as `verify-inclusion.ts`. */
import { signedHeaderFromJson } from '../attestation-from-json.js';
import { headerHash } from '../header.js';
import type { Check } from '../proof-fields.js';
import { Checks } from '../proof-fields.js';
import { privateProofFault } from './commitment-tree.js';
import { digestOf, privateProofFromJson } from './private-json.js';
import { isStatementSigned } from './private-statement.js';

/** What the holder knows without the venue; each is checked when given. */
export interface PrivateExpectations {
  readonly accountId?: string;
  /** Units per asset of the holder's own statement. */
  readonly balances?: Readonly<Record<string, string>>;
  /** Hex of the key that the venue published elsewhere. */
  readonly publicKeyHex?: string;
}

/** Checks the JSON of `GetPrivateProofResponse`; the proof stands when all have passed. */
export function verifyPrivate(json: unknown, known: PrivateExpectations = {}): Check[] {
  const checks = new Checks();
  const read = privateProofFromJson(json);
  if (!read.ok) {
    checks.holds('proof', false, `${read.failure.field}: ${read.failure.message}`);
    return checks.all;
  }
  const { accountId, proof, signed } = read.value;
  const { asset, root, headerHash: stated } = signed.statement;
  const key = hex(signed.publicKey);
  checks.holds('signature', isStatementSigned(signed), `over the statement, by ${key}`);
  if (known.publicKeyHex !== undefined) checks.same('key', key, known.publicKeyHex.toLowerCase());
  if (known.accountId !== undefined) checks.same('account', accountId, known.accountId);
  const header = signedHeaderFromJson((json as { attestation?: unknown }).attestation);
  if (header.ok) {
    const { assets, liabilities, sequence } = header.value.header;
    const at = assets.findIndex((one) => one.asset === asset.asset && one.decimals === asset.decimals);
    checks.same('header', hex(stated), hex(headerHash(header.value.header)));
    checks.same('key of the header', hex(header.value.publicKey), key);
    checks.same('epoch', root.epoch.toString(), sequence.toString());
    checks.same('total', root.units.toString(), liabilities[at]?.toString() ?? 'no such asset');
  } else checks.holds('header', false, `${header.failure.field}: ${header.failure.message}`);
  const balance = known.balances?.[asset.asset];
  if (known.balances !== undefined)
    checks.same(`balance of ${asset.asset}`, proof.units.toString(), balance ?? '0');
  const fault = privateProofFault(proof, digestOf(read.value), root);
  checks.holds('path', fault === undefined, fault ?? 'ends at the root, every sibling in range');
  return checks.all;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

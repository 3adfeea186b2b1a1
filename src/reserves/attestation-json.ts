/** Attestations and proofs as the proto3 JSON of the contract (`reserve_service.proto`): what files hold and verifiers read. */
import type { AttestedAsset } from './attested-asset.js';
import type { AttestationHeader, SignedHeader } from './header.js';
import { headerHash } from './header.js';
import type { InclusionProof } from './liability-ledger.js';
import { HASH_BYTES } from './pmpol1.js';
import type { CheckedHolding, ReserveEvidence } from './reserve-holdings.js';
import type { AssetSolvency } from './solvency.js';
import { decodeSums } from './sums.js';

/** A sealed attestation with all that is published beside its header. */
export interface Attestation {
  readonly signed: SignedHeader;
  readonly holdings: readonly CheckedHolding[];
  readonly solvency: readonly AssetSolvency[];
}

const EVIDENCE: Readonly<Record<ReserveEvidence, string>> = {
  signed: 'RESERVE_EVIDENCE_SIGNED_ADDRESS',
  watched: 'RESERVE_EVIDENCE_WATCHED_ADDRESS',
  declared: 'RESERVE_EVIDENCE_CUSTODIAN_STATEMENT',
};

/** `margincube.v1.Attestation`. */
export function attestationToJson({ signed, holdings, solvency }: Attestation) {
  const { header, signature, publicKey } = signed;
  const decimalsOf = new Map(header.assets.map(({ asset, decimals }) => [asset, decimals]));
  const sum = (asset: string, units: bigint) => ({
    asset,
    units: units.toString(),
    decimals: decimalsOf.get(asset) ?? 0,
  });
  return {
    header: headerToJson(header),
    headerHash: base64(headerHash(header)),
    signature: base64(signature),
    publicKey: base64(publicKey),
    reserves: holdings.map(({ holding, evidence, fault }) => ({
      holder: holding.holder,
      balance: sum(holding.asset, holding.units),
      evidence: EVIDENCE[evidence],
      message: base64(Buffer.from(holding.message ?? '', 'utf8')),
      signature: base64(Buffer.from(holding.signature ?? '', 'utf8')),
      chain: holding.chain,
      height: holding.height.toString(),
      fault: fault ?? '',
      watched: holding.isWatched,
    })),
    solvency: solvency.map(({ asset, ratio, stressedRatio, claimed, counted }) => ({
      asset,
      ratio: numberToJson(ratio),
      ...(stressedRatio === undefined ? {} : { stressedRatio: numberToJson(stressedRatio) }),
      claimed: sum(asset, claimed),
      counted: sum(asset, counted),
    })),
  };
}

/** `margincube.v1.GetInclusionProofResponse`: a proof with the attestation that it stands under. */
export function proofToJson(proof: InclusionProof, attestation: Attestation) {
  const { assets } = attestation.signed.header;
  return {
    proof: {
      accountId: proof.accountId,
      leafIndex: proof.leafIndex.toString(),
      salt: base64(proof.salt),
      balances: sumsToJson(proof.balances, assets),
      siblings: proof.siblings.map(({ hash, sums }) => ({
        hash: base64(hash),
        sums: sumsToJson(decodeSums(sums), assets),
      })),
      emptyLevels: proof.emptyLevels.toString(),
    },
    attestation: attestationToJson(attestation),
  };
}

function headerToJson(header: AttestationHeader) {
  const { assets } = header;
  return {
    sequence: header.sequence.toString(),
    previousHash: base64(orEmpty(header.previousHash)),
    time: new Date(header.timeMs).toISOString().replace('.000Z', 'Z'),
    epoch: header.epoch.toString(),
    saltEpoch: header.saltEpoch.toString(),
    liabilitiesRoot: base64(header.liabilitiesRoot),
    liabilities: sumsToJson(header.liabilities, assets),
    negativeEquity: sumsToJson(header.negativeEquity, assets),
    priceHash: base64(orEmpty(header.pricesHash)),
    surfaceHash: base64(orEmpty(header.surfaceHash)),
    parameterHash: base64(orEmpty(header.parametersHash)),
    format: 'PMPOL1',
    depth: header.depth,
    accountCount: header.accountCount.toString(),
    negativeAccountCount: header.negativeAccountCount.toString(),
    padSeed: base64(header.padSeed),
    reservesRoot: base64(orEmpty(header.reservesRoot)),
    openInterestHash: base64(orEmpty(header.openInterestHash)),
  };
}

function sumsToJson(sums: readonly bigint[], assets: readonly AttestedAsset[]) {
  return assets.map(({ asset, decimals }, i) => ({ asset, units: (sums[i] ?? 0n).toString(), decimals }));
}

/** A hash of zeros stands for "none" and is left empty. */
function orEmpty(hash: Uint8Array): Uint8Array {
  return hash.length === HASH_BYTES && hash.every((byte) => byte === 0) ? new Uint8Array(0) : hash;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** proto3 JSON spells what JSON has no number for. */
function numberToJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

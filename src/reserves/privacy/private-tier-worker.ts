/** The thread that keeps a tree of the private tier: commitments and range proofs take seconds. */
import { createHmac, createPrivateKey } from 'node:crypto';
import { failure, success } from '../../domain/outcome.js';
import { accountDigest, accountSecret, u64be } from '../pmpol1.js';
import { CommitmentTree, LEAF_BITS } from './commitment-tree.js';
import { privateProofToJson } from './private-json.js';
import type { SignedStatement } from './private-statement.js';
import { signStatement } from './private-statement.js';
import type { BuildTask, PrivateTierAnswer, PrivateTierTask } from './private-tier-task.js';

interface Built {
  readonly tree: CommitmentTree;
  readonly signed: SignedStatement;
}

let built: Built | undefined;

export default function run(task: PrivateTierTask): PrivateTierAnswer {
  if (task.kind === 'build') return build(task);
  const { accountId } = task;
  const proof = built?.tree.prove(accountDigest(accountId));
  if (proof === undefined || built === undefined)
    return failure(
      'UNKNOWN_ACCOUNT',
      'accountId',
      `Expected an account of the newest private tree but received "${accountId}"`,
    );
  return success(privateProofToJson({ accountId, proof, signed: built.signed }));
}

function build({ options, epoch, headerHash, liabilities }: BuildTask): PrivateTierAnswer {
  const { asset, venueSecret, signingKeyPem } = options;
  if (liabilities.some(([, units]) => units >= 1n << BigInt(LEAF_BITS)))
    return failure(
      'INVALID_VALUE',
      'liabilities',
      `Expected at most 2^${LEAF_BITS} - 1 units of ${asset.asset} for every account but one is owed more: attest it with fewer decimals`,
    );
  const leaves = liabilities.map(([accountId, units]) => ({
    accountDigest: accountDigest(accountId),
    salt: privateSalt(venueSecret, accountId, epoch),
    units: units > 0n ? units : 0n,
  }));
  const blindingSecret = createHmac('sha256', venueSecret).update(`PMPOL1P/secret ${asset.asset}`).digest();
  // An epoch is the number of a header, which is never given twice: no blinding ever serves two values.
  const tree = new CommitmentTree(leaves, epoch, blindingSecret);
  const statement = { asset, root: tree.root(), headerHash };
  built = { tree, signed: signStatement(statement, createPrivateKey(signingKeyPem)) };
  return success(undefined);
}

/** Other salts than those of the public tier, and new ones with every tree. */
function privateSalt(venueSecret: Uint8Array, accountId: string, epoch: bigint): Buffer {
  return createHmac('sha256', accountSecret(venueSecret, accountId))
    .update('PMPOL1P/salt')
    .update(u64be(epoch))
    .digest();
}

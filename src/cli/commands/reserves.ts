import { Option } from 'commander';
import type { Command } from 'commander';
import { attestationToJson } from '../../reserves/attestation-json.js';
import type { Check, Expectations } from '../../reserves/proof-fields.js';
import { verifyPrivate } from '../../reserves/privacy/verify-private.js';
import { verifyInclusion } from '../../reserves/verify-inclusion.js';
import { EXIT, InputError } from '../exit.js';
import { readJson, readText, writeText } from '../files.js';
import { formatTime } from '../format.js';
import { parseInteger, parseTime } from '../options.js';
import type { Output } from '../output.js';
import { renderTable } from '../table.js';
import type { BuildAuditOptions, BuiltAudit } from '../reserves/build-audit.js';
import { buildAudit } from '../reserves/build-audit.js';
import { parseAssets, parseStatement } from '../reserves/audit-options.js';
import { solvencyTable } from '../reserves/solvency-table.js';
import type { FetchOptions } from '../reserves/fetch-proof.js';
import { fetchProof } from '../reserves/fetch-proof.js';
import { writeKeys } from '../reserves/keys.js';
import { verifyPage } from '../reserves/verify-page.js';

const EXAMPLES = `
Examples:
  $ margincube reserves keys --out keys
  $ margincube reserves build --accounts balances.csv --assets BTC:8,USDC:6 --reserves reserves.json \\
      --key keys/key.pem --secret keys/secret.txt --prove alice --out audit
  $ margincube reserves verify audit/proof-alice.json --account alice --balances BTC=150000000 --key "$(cat keys/public-key.txt)"
  $ margincube reserves fetch --server 127.0.0.1:50051 --account alice --out proofs
  $ margincube reserves page --out verify.html

balances.csv has the columns account_id, asset, amount (decimals; what the account is owed, margin not deducted). An account
that owes is a leaf of 0 and is reported; it never makes others smaller. The format is specified in docs/reserve-audit.md.
Exit codes: 0 done, 1 a check of the proof failed, 2 bad usage or input.
`;

interface VerifyOptions {
  readonly account?: string;
  readonly balances?: string;
  readonly key?: string;
  readonly previous?: string;
  readonly json?: boolean;
}

export function addReservesCommand(program: Command, output: Output): void {
  const reserves = program
    .command('reserves')
    .summary('prove liabilities and reserves, and verify proofs')
    .description(
      'Builds signed proofs of liabilities and reserves, and verifies them without trusting who made them.',
    )
    .addHelpText('after', EXAMPLES);
  addKeys(reserves, output);
  addBuild(reserves, output);
  addFetch(reserves, output);
  addVerify(reserves, output);
  reserves
    .command('page')
    .summary('write the page with which account holders verify')
    .description('Writes one HTML file that verifies proofs in a browser, without a server.')
    .requiredOption('--out <file>', 'file to write')
    .action(({ out }: { out: string }) => {
      writeText(out, verifyPage());
      output.warn(`${out}: open it in a browser`);
    });
}

function addKeys(reserves: Command, output: Output): void {
  reserves
    .command('keys')
    .summary('make a signing key and a secret')
    .description(
      'Writes key.pem and secret.txt, which stay with the venue, and public-key.txt, which everybody may know.',
    )
    .requiredOption('--out <folder>', 'folder to write to')
    .action(({ out }: { out: string }) => {
      for (const file of writeKeys(out)) output.print(file);
    });
}

function addBuild(reserves: Command, output: Output): void {
  reserves
    .command('build')
    .summary('build and sign an attestation')
    .description('Builds the sum tree over all accounts, binds the reserves to it and signs the header.')
    .requiredOption('--accounts <file>', 'balances: account_id, asset, amount (.csv, .parquet)')
    .requiredOption('--assets <list>', 'assets and their decimals, e.g. BTC:8,USDC:6', parseAssets)
    .requiredOption('--key <file>', 'Ed25519 key that signs, PEM')
    .requiredOption('--secret <file>', 'secret from which the salts of accounts are made, 64 hex digits')
    .requiredOption('--out <folder>', 'folder to write to')
    .option('--reserves <file>', 'claimed reserves, JSON')
    .option('--previous <file>', 'the attestation before this one: the new header follows it')
    .option('--epoch <n>', 'epoch of the marks behind the balances', parseInteger, 0)
    .option('--salt-epoch <n>', 'number of the salts; advance it daily', parseInteger, 0)
    .addOption(
      new Option('--time <time>', 'time of the attestation, ISO 8601')
        .argParser(parseTime)
        .default(Date.now(), 'now'),
    )
    .option('--prove <account...>', 'write the proofs of these accounts')
    .option('--prove-all', 'write the proofs of all accounts, one per line')
    .action(async (options: BuildAuditOptions) => {
      output.print(describe(await buildAudit(options)));
    });
}

function addFetch(reserves: Command, output: Output): void {
  reserves
    .command('fetch')
    .summary('write the proof that a running server issues')
    .description(
      'Asks a server for the proof of an account under its newest attestation and writes it for `verify` and the page, the attestation beside it for the next time.',
    )
    .requiredOption('--server <address>', 'host:port of the server')
    .requiredOption('--account <name>', 'the account')
    .option(
      '--tls-authority <file>',
      'authority behind the certificate of the server, PEM; without it no TLS',
    )
    .option('--token <file>', 'bearer token of the account holder')
    .option('--private', 'the proof of the private tier')
    .requiredOption('--out <folder>', 'folder to write to')
    .action(async (options: FetchOptions) => {
      const { attestation, files } = await fetchProof(options);
      output.print(
        [`Attestation ${attestation.header.sequence ?? '0'}`, '', solvencyTable(attestation), ''].join('\n'),
      );
      for (const file of files) output.print(file);
    });
}

function addVerify(reserves: Command, output: Output): void {
  reserves
    .command('verify <proof>')
    .summary('verify a proof of an account')
    .description(
      'Checks that an account is in the liabilities that a venue signed, and says which check failed.',
    )
    .option('--account <name>', 'the account that it must be about')
    .option('--balances <list>', 'smallest units that it must state, e.g. BTC=150000000,USDC=25')
    .option('--key <hex>', 'public key of the venue, 64 hex digits')
    .option('--previous <file>', 'attestation that its header must follow')
    .option('--json', 'print the checks as JSON')
    .action(async (file: string, options: VerifyOptions) => {
      const json = readJson(file, 'a proof');
      const known = expectationsOf(options);
      const checks = isPrivate(json)
        ? verifyPrivate(json, known)
        : await verifyInclusion(inclusionProofOf(file, json), known);
      const isSound = checks.every(({ passed }) => passed);
      output.print(
        options.json ? JSON.stringify({ sound: isSound, checks }, undefined, 1) : describeChecks(checks),
      );
      process.exitCode = isSound ? EXIT.DONE : EXIT.FAILED;
    });
}

/** A proof and its attestation; what they hold is for the checks to say. */
function inclusionProofOf(file: string, json: unknown): Parameters<typeof verifyInclusion>[0] {
  const shown = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  for (const field of ['proof', 'attestation'])
    if (typeof shown[field] !== 'object' || shown[field] === null)
      throw new InputError(`${file}: ${field}: expected an object, as in the proofs that venues issue`);
  return json as Parameters<typeof verifyInclusion>[0];
}

/** Proofs of the private tier stand under a statement. */
function isPrivate(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'statement' in json;
}

function expectationsOf({ account, balances, key, previous }: VerifyOptions): Expectations {
  const before =
    previous === undefined ? undefined : (JSON.parse(readText(previous, 'an attestation')) as object);
  if (key !== undefined && !/^[0-9a-fA-F]{64}$/.test(key.trim()))
    throw new InputError(`--key: expected 64 hex digits but received "${key}"`);
  return {
    ...(account === undefined ? {} : { accountId: account }),
    ...(balances === undefined ? {} : { balances: parseStatement(balances) }),
    ...(key === undefined ? {} : { publicKeyHex: key.trim() }),
    ...(before === undefined
      ? {}
      : {
          previous: ('attestation' in before ? before : { attestation: before }) as NonNullable<
            Expectations['previous']
          >,
        }),
  };
}

function describe({ attestation, accounts, files }: BuiltAudit): string {
  const { header } = attestation.signed;
  return [
    `Attestation ${header.sequence} of ${formatTime(header.timeMs)}: ${accounts} accounts, ${header.negativeAccountCount} of them owe`,
    '',
    solvencyTable(attestationToJson(attestation)),
    '',
    ...attestation.holdings.flatMap(({ holding, fault }) =>
      fault === undefined ? [] : [`${holding.chain} ${holding.holder}: ${fault}`],
    ),
    ...files,
  ].join('\n');
}

function describeChecks(checks: readonly Check[]): string {
  const failed = checks.filter(({ passed }) => !passed);
  const table = renderTable<Check>(
    [
      { title: 'check', align: 'left', cell: ({ name }) => name },
      { title: 'result', align: 'left', cell: ({ passed }) => (passed ? 'passed' : 'FAILED') },
      { title: 'detail', align: 'left', cell: ({ detail }) => detail },
    ],
    checks,
  );
  const verdict =
    failed.length === 0
      ? 'The proof stands: these balances are in the liabilities that the venue signed.'
      : `The proof does not stand. Failed: ${failed.map(({ name }) => name).join(', ')}.`;
  return `${table}\n\n${verdict}`;
}

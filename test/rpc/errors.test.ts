import { status as grpcStatus } from '@grpc/grpc-js';
import type { StatusObject } from '@grpc/grpc-js';
import * as prettier from 'prettier';
import { describe, expect, it } from 'vitest';
import { FAILURE_REASONS } from '../../src/domain/outcome.js';
import { REQUEST_ID_LENGTH_MAX } from '../../src/limits.js';
import { failed, malformed, overloaded, toStatusObject, tooBig, unknownEpoch } from '../../src/rpc/errors.js';
import { CODE, ERRORS } from '../../src/wire/convert/error-table.js';
import type { ErrorReason } from '../../src/wire/convert/error-table.js';
import { codec } from '../../src/wire/schema.js';
import { messageToJsonValue } from '../../src/wire/json/json-mapping.js';
import { readTracked } from '../support/sources.js';

const HEAD = `# Errors

Every error has a gRPC code and, in the trailer \`grpc-status-details-bin\`, a google.rpc.Status with

- \`ErrorInfo\`: \`reason\` from this table, \`domain\` \`margincube\`, and \`closest_matches\` where a name was unknown;
- \`BadRequest\`: path of the field, e.g. \`portfolios[3].positions[17].quantity\`, what was expected and what was received;
- \`PreconditionFailure\` with \`FAILED_PRECONDITION\`, \`QuotaFailure\` with \`RESOURCE_EXHAUSTED\`;
- \`RetryInfo\` where the same call may succeed after a delay, which the trailer \`grpc-retry-pushback-ms\` gives to clients that try again
  by a service config;
- \`RequestInfo\`: the id under which the server's log has the call.

One bad portfolio of a batch is no error of the call: its outcome holds the same google.rpc.Status. The table is
\`src/wire/convert/error-table.ts\`; \`npx vitest run test/rpc/errors.test.ts -u\` writes this page from it.

| reason | code | what it means | what to do |
| --- | --- | --- | --- |
`;

function page(): string {
  const rows = Object.entries(ERRORS).map(
    ([reason, { code, meaning, remedy }]) =>
      `| \`${reason}\` | \`${grpcStatus[code]}\` | ${meaning} | ${remedy} |`,
  );
  return `${HEAD}${rows.join('\n')}\n`;
}

function detailsOf(error: ReturnType<typeof failed>): string[] {
  const [bytes] = toStatusObject(error, 'id').metadata.get('grpc-status-details-bin');
  if (!Buffer.isBuffer(bytes)) throw new Error('no details');
  const json = messageToJsonValue('google.rpc.Status', codec('google.rpc.Status').decode(bytes));
  const { details } = json as { details: { '@type': string }[] };
  return details.map((one) => one['@type'].replace('type.googleapis.com/google.rpc.', '')).sort();
}

/** As HTTP/2 counts headers (RFC 9113, 6.5.2), the message in percent (gRPC over HTTP/2). */
function trailerBytes({ details, metadata }: StatusObject): number {
  const message = Array.from(Buffer.from(details), (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x25 ? 1 : 3,
  );
  const entries = Object.entries(metadata.getMap()).map(
    ([name, value]) =>
      32 + name.length + (Buffer.isBuffer(value) ? Math.ceil(value.length / 3) * 4 : value.length),
  );
  return [...message, ...entries, 32 + 'grpc-message'.length, 32 + 'grpc-status'.length + 2].reduce(
    (a, b) => a + b,
  );
}

describe('the table of errors', () => {
  it('is what the documentation shows', async () => {
    const options = JSON.parse(readTracked('.prettierrc')) as prettier.Options;
    const formatted = await prettier.format(page(), { ...options, parser: 'markdown' });
    await expect(formatted).toMatchFileSnapshot('../../docs/errors.md');
  });

  it('gives every code that can be sent its gRPC name', () => {
    for (const { code } of Object.values(ERRORS)) expect(grpcStatus[code]).toBeTypeOf('string');
  });

  it('is followed by the failures of the domain, with the details that their code promises', () => {
    for (const reason of FAILURE_REASONS) {
      const { code } = ERRORS[reason satisfies ErrorReason];
      const error = failed({ reason, field: 'portfolio.positions[1]', message: 'wrong' });
      expect(error.status.code).toBe(code);
      const details = detailsOf(error);
      expect(details).toEqual(expect.arrayContaining(['BadRequest', 'ErrorInfo', 'RequestInfo']));
      expect(details.includes('PreconditionFailure')).toBe(code === CODE.FAILED_PRECONDITION);
      expect(details.includes('QuotaFailure')).toBe(code === CODE.RESOURCE_EXHAUSTED);
    }
  });

  it('has retry information exactly where a retry may help', () => {
    expect(detailsOf(overloaded('calls', 'full'))).toContain('RetryInfo');
    expect(detailsOf(tooBig('portfolios', 'too many'))).not.toContain('RetryInfo');
    expect(detailsOf(unknownEpoch(3, [7]))).toContain('PreconditionFailure');
  });

  it('fits into the trailers that every client takes, however long the text that it quotes', () => {
    const long = [
      ['a', 1],
      ['€', 3],
      ['𝛿', 4],
      ['\n', 1],
    ].flatMap(([character, bytes]) =>
      [800, 1_000, 400_000].map((length) => String(character).repeat(Math.floor(length / Number(bytes)))),
    );
    const requestId = 'r'.repeat(REQUEST_ID_LENGTH_MAX);
    for (const text of long) {
      const errors = [
        ...FAILURE_REASONS.map((reason) =>
          failed({
            reason,
            field: text,
            message: `Expected a name but received ${text}`,
            closestMatches: [],
          }),
        ),
        malformed('pageToken', `Expected a token but received "${text}"`),
        malformed(text, 'Expected another field'),
        unknownEpoch(
          1,
          Array.from({ length: 1_000 }, (_, at) => 2 ** 40 + at),
        ),
      ];
      for (const error of errors) expect(trailerBytes(toStatusObject(error, requestId))).toBeLessThan(8_192);
    }
    const { message } = malformed('pageToken', `Expected a token but received "${'7'.repeat(400_000)}"`);
    expect(message).toMatch(/^pageToken: Expected a token but received "7+ … \d+ bytes left out … 7+"$/);
  });

  it('quotes halves of characters as characters that can be sent', () => {
    const half = '\uD83D';
    const failure = {
      reason: 'UNKNOWN_MODEL',
      field: `models.${half}`,
      message: `${half} is unknown`,
      closestMatches: [half],
    } as const;
    for (const error of [failed(failure), malformed(half, half)])
      expect(encodeURI(toStatusObject(error, 'id').details)).toContain(encodeURI('\uFFFD'));
  });

  it('tells nothing about a defect', () => {
    const error = failed({ reason: 'INTERNAL', field: '', message: 'secret detail' });
    expect(JSON.stringify(toStatusObject(error, 'id'))).not.toContain('secret detail');
  });
});

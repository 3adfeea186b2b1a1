/** `docs/interop.md` from the table of cases. */
import type { InteropCase } from './case-table.js';
import { CASES, CLIENTS, COMPRESSION_CASES, DOCUMENTED_CASES, LEFT_OUT } from './case-table.js';

export function interopPage(): string {
  return `# Interoperability

The transport of the server, with everything that stands between a socket and a handler, serves gRPC's own test service to the cases of
[gRPC's list](https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md). \`npx vitest run test/interop\` runs them, and
with \`-u\` writes this page from \`test/interop/case-table.ts\`. The clients:

- **grpc-js**, the library that the server and the TypeScript client rest on;
- **grpcio** of Debian (\`python3-grpcio\`), on the C core;
- **http2**: frames made by hand over Node's HTTP/2, where flags of single messages are set and seen;
- **h2load** (\`nghttp2-client\`), which loads one connection.

${caseTable(DOCUMENTED_CASES)}

What gRPC's [page on compression](https://github.com/grpc/grpc/blob/master/doc/compression.md) asks for beside them:

${caseTable(COMPRESSION_CASES)}

## Known failures

They run, too, and have to fail as described: one that passes fails the test. For a caller they mean that requests may be compressed and
answers never are.

${list(CASES.flatMap(({ name, knownFailure }) => (knownFailure === undefined ? [] : [[name, knownFailure.reason] as const])))}

## Left out

${list(Object.entries(LEFT_OUT).map(([name, need]) => [name, `needs ${need}`]))}

The suites of connectrpc/conformance are not run: they ask for a service of their own and a runner in Go.
`;
}

function caseTable(cases: readonly InteropCase[]): string {
  const rows = cases.map(({ name, what, clients, knownFailure }) => {
    const outcome = knownFailure === undefined ? 'passes' : '**fails**';
    return row([`\`${name}\``, what, ...CLIENTS.map((client) => (clients.includes(client) ? outcome : ''))]);
  });
  const titles = ['case', 'what', ...CLIENTS];
  return [row(titles), row(titles.map(() => '---')), ...rows].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function list(entries: readonly (readonly [string, string])[]): string {
  return entries.map(([name, text]) => `- \`${name}\`: ${text}.`).join('\n');
}

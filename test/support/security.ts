/** Certificates, keys and tokens made for one test run, by openssl and jose. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import type { ChannelCredentials } from '@grpc/grpc-js';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey } from 'jose';
import type { TokenTerms } from '../../src/access/access-policy.js';

export const ISSUER = 'https://tokens.test';
export const AUDIENCE = 'margincube';

export interface TestSecurity {
  readonly folder: string;
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  readonly clientAuthorityFile: string;
  /** Public key of the tokens, for a policy. */
  readonly publicJwk: TokenTerms['keys'][number];
  readonly signingKey: CryptoKey;
  /** Certificate and key of the server once more, signed by the same authority. */
  renewed(): { readonly certificate: Buffer; readonly privateKey: Buffer };
  /** A signed token; `expiresIn` in seconds from now. */
  token(subject: string, options?: TokenOptions): Promise<string>;
  /** Writes a policy and gives its file. */
  policy(clients: readonly unknown[]): string;
  /** What a client presents: a certificate for this URI that the authority has signed; none without a URI. */
  channel(uri?: string, authority?: 'trusted' | 'other'): ChannelCredentials;
  remove(): void;
}

export interface TokenOptions {
  readonly expiresInSeconds?: number;
  readonly audience?: string;
  readonly issuer?: string;
  readonly key?: CryptoKey;
}

export async function createSecurity(): Promise<TestSecurity> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-tls-'));
  const file = (name: string): string => path.join(folder, name);
  const authority = (name: string): void => {
    openssl(
      ...['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
      ...['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)],
    );
  };
  const signed = (name: string, alternativeName: string, by: string): void => {
    openssl(
      ...['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
      ...['-CA', file(`${by}.pem`), '-CAkey', file(`${by}.key`)],
      ...['-addext', `subjectAltName=${alternativeName}`, '-addext', 'basicConstraints=critical,CA:FALSE'],
      ...['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)],
    );
  };
  authority('trusted');
  authority('other');
  signed('server', 'DNS:localhost,IP:127.0.0.1', 'trusted');
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const { x = '' } = await exportJWK(publicKey);
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x, kid: 'key-1' } as const;
  let clientCount = 0;
  return {
    folder,
    certificateFile: file('server.pem'),
    privateKeyFile: file('server.key'),
    clientAuthorityFile: file('trusted.pem'),
    publicJwk,
    signingKey: privateKey,
    renewed: () => {
      signed('renewed', 'DNS:localhost,IP:127.0.0.1', 'trusted');
      return {
        certificate: readFileSync(file('renewed.pem')),
        privateKey: readFileSync(file('renewed.key')),
      };
    },
    token: (
      subject,
      { expiresInSeconds = 300, audience = AUDIENCE, issuer = ISSUER, key = privateKey } = {},
    ) =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'EdDSA', kid: 'key-1' })
        .setSubject(subject)
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime(Math.floor(Date.now() / 1_000) + expiresInSeconds)
        .sign(key),
    policy: (clients) => {
      const tokens = { issuer: ISSUER, audience: AUDIENCE, keys: [publicJwk] };
      writeFileSync(file('access.json'), JSON.stringify({ tokens, clients }));
      return file('access.json');
    },
    channel: (uri, by = 'trusted') => {
      const root = readFileSync(file('trusted.pem'));
      if (uri === undefined) return credentials.createSsl(root);
      clientCount += 1;
      const name = `client-${String(clientCount)}`;
      signed(name, `URI:${uri}`, by);
      return credentials.createSsl(
        root,
        readFileSync(file(`${name}.key`)),
        readFileSync(file(`${name}.pem`)),
      );
    },
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}

const identity = (bytes: Buffer): Buffer => bytes;

/** A caller with its token, of any method, in bytes. */
export class TestCaller {
  readonly client: Client;

  constructor(
    address: string,
    channel: ChannelCredentials,
    private readonly token?: string,
  ) {
    this.client = new Client(address.replace('127.0.0.1', 'localhost'), channel);
  }

  metadata(): Metadata {
    const metadata = new Metadata();
    if (this.token !== undefined) metadata.set('authorization', `Bearer ${this.token}`);
    return metadata;
  }

  unary(method: string, request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const deadline = Date.now() + 30_000;
      const answered = (error: Error | null, response?: Buffer): void => {
        if (error !== null) reject(error);
        else resolve(response ?? Buffer.alloc(0));
      };
      const path = `/margincube.v1.${method}`;
      this.client.makeUnaryRequest(
        path,
        identity,
        identity,
        request,
        this.metadata(),
        { deadline },
        answered,
      );
    });
  }

  /** Sends one request on a stream of either kind and gives all its answers, or the first `count`; rejects with its error. */
  stream(method: string, request: Buffer, count = Infinity): Promise<Buffer[]> {
    const call = this.client.makeBidiStreamRequest(
      `/margincube.v1.${method}`,
      identity,
      identity,
      this.metadata(),
    );
    return new Promise((resolve, reject) => {
      const answers: Buffer[] = [];
      call.on('data', (answer: Buffer) => {
        answers.push(answer);
        if (answers.length < count) return;
        resolve(answers);
        call.cancel();
      });
      call.on('end', () => {
        resolve(answers);
      });
      call.on('error', reject);
      call.write(request);
      call.end();
    });
  }

  close(): void {
    this.client.close();
  }
}

import { readFileSync } from 'node:fs';
import { ServerCredentials } from '@grpc/grpc-js';
import type { AccessPolicy } from '../access/access-policy.js';
import { readAccessPolicy } from '../access/access-policy.js';
import type { ServerConfig } from '../config/server-config.js';
import { ConfigError } from '../config/server-config.js';

const TLS_VERSION = 'TLSv1.3';

/** TLS 1.3 and nothing older; grpc-js's own take what Node takes. */
class TlsCredentials extends ServerCredentials {
  constructor(certificate: Buffer, privateKey: Buffer, clientAuthority: Buffer | undefined) {
    const requestCert = clientAuthority !== undefined;
    super(
      { requestCert, rejectUnauthorized: requestCert, minVersion: TLS_VERSION },
      {
        cert: certificate,
        key: privateKey,
        minVersion: TLS_VERSION,
        ...(requestCert ? { ca: clientAuthority } : {}),
      },
    );
  }

  override _equals(other: ServerCredentials): boolean {
    return other === this;
  }
}

/** What a server listens with; throws ConfigError for files that cannot be read. */
export function loadCredentials({ tls }: Pick<ServerConfig, 'tls'>): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { certificateFile, privateKeyFile, clientAuthorityFile } = tls;
  return new TlsCredentials(
    readSetting('tls.certificateFile', certificateFile),
    readSetting('tls.privateKeyFile', privateKeyFile),
    clientAuthorityFile === undefined
      ? undefined
      : readSetting('tls.clientAuthorityFile', clientAuthorityFile),
  );
}

/** Who may call; undefined where everybody may. Throws ConfigError for a file that is no policy. */
export function loadAccessPolicy({ accessFile }: Pick<ServerConfig, 'accessFile'>): AccessPolicy | undefined {
  if (accessFile === undefined) return undefined;
  const text = readSetting('accessFile', accessFile).toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ConfigError(`accessFile: Expected JSON in ${accessFile}`);
  }
  const policy = readAccessPolicy(json);
  if (policy.ok) return policy.value;
  throw new ConfigError(`accessFile: ${accessFile}: ${policy.failure.field}: ${policy.failure.message}`);
}

function readSetting(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError(`${name}: cannot read ${file}: ${error instanceof Error ? error.message : ''}`);
  }
}

import { ServerCredentials } from '@grpc/grpc-js';
import type { AccessPolicy } from '../access/access-policy.js';
import { readAccessPolicy } from '../access/access-policy.js';
import type { ServerConfig } from '../config/server-config.js';
import { ConfigError } from '../config/server-config.js';
import { readSetting } from './read-setting.js';
import { TlsCredentials } from './tls-credentials.js';

/** What a server listens with; throws ConfigError for files that cannot be used. */
export function loadCredentials({ tls }: Pick<ServerConfig, 'tls'>): ServerCredentials {
  return tls === undefined ? ServerCredentials.createInsecure() : new TlsCredentials(tls);
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

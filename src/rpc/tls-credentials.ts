import type { SecureContextOptions } from 'node:tls';
import { createSecureContext } from 'node:tls';
import { ServerCredentials } from '@grpc/grpc-js';
import type { ServerConfig } from '../config/server-config.js';
import { ConfigError } from '../config/server-config.js';
import { readSetting } from './read-setting.js';

const TLS_VERSION = 'TLSv1.3';

type TlsFiles = NonNullable<ServerConfig['tls']>;

/** TLS 1.3 and nothing older, from files that may change while a server listens; grpc-js's own take what Node takes, once. */
export class TlsCredentials extends ServerCredentials {
  #loaded: SecureContextOptions;

  /** Throws ConfigError for files that cannot be read, or do not belong together. */
  constructor(private readonly files: TlsFiles) {
    const loaded = loadContext(files);
    const requestCert = files.clientAuthorityFile !== undefined;
    super({ requestCert, rejectUnauthorized: requestCert, minVersion: TLS_VERSION }, loaded);
    this.#loaded = loaded;
  }

  /**
   * Reads the files again: connections that come are served with what they hold now, those that are there go on. Gives whether anything
   * has changed; throws ConfigError, and changes nothing, for files that a start would not take.
   */
  reload(): boolean {
    const found = loadContext(this.files);
    const isSame = (['cert', 'key', 'ca'] as const).every((part) =>
      sameBytes(found[part], this.#loaded[part]),
    );
    if (isSame) return false;
    this.#loaded = found;
    this.updateSecureContextOptions(found);
    return true;
  }

  override _equals(other: ServerCredentials): boolean {
    return other === this;
  }
}

function loadContext({
  certificateFile,
  privateKeyFile,
  clientAuthorityFile,
}: TlsFiles): SecureContextOptions {
  const context: SecureContextOptions = {
    cert: readSetting('tls.certificateFile', certificateFile),
    key: readSetting('tls.privateKeyFile', privateKeyFile),
    minVersion: TLS_VERSION,
    ...(clientAuthorityFile === undefined
      ? {}
      : { ca: readSetting('tls.clientAuthorityFile', clientAuthorityFile) }),
  };
  try {
    // grpc-js takes no more connections once it was given what this refuses.
    createSecureContext(context);
  } catch (error) {
    throw new ConfigError(`tls: ${error instanceof Error ? error.message : 'unusable'}`);
  }
  return context;
}

function sameBytes(one: unknown, other: unknown): boolean {
  return Buffer.isBuffer(one) && Buffer.isBuffer(other) ? one.equals(other) : one === other;
}

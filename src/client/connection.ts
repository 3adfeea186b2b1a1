import { createSecureContext } from 'node:tls';
import type { ChannelCredentials, ClientOptions as GrpcOptions } from '@grpc/grpc-js';
import { Client, credentials } from '@grpc/grpc-js';
import { KEEPALIVE_TIME_MS, KEEPALIVE_TIMEOUT_MS, MESSAGE_BYTES_MAX } from '../limits.js';
import { SERVICE_CONFIG } from './service-config.js';
import type { TokenSource } from './with-token.js';
import { withToken } from './with-token.js';
import { withTrace } from './with-trace.js';

export interface ClientOptions {
  /** `tlsCredentials(...)`, or any of grpc-js. Default: no TLS, for loopback. */
  readonly credentials?: ChannelCredentials;
  /** Absent: the certificate says who calls, or nobody asks. */
  readonly token?: TokenSource;
  /** Whether calls that change nothing are tried again as SERVICE_CONFIG says; true by default. */
  readonly retries?: boolean;
}

/** PEM texts: the authority that signed the server's certificate (the system's list if absent), and what the client shows. */
export interface TlsFiles {
  readonly authority?: string | Buffer;
  readonly certificate?: string | Buffer;
  readonly privateKey?: string | Buffer;
}

/** TLS 1.3; mutual where a certificate and its key are given. Throws Node's error for texts that are none. */
export function tlsCredentials({ authority, certificate, privateKey }: TlsFiles = {}): ChannelCredentials {
  return credentials.createFromSecureContext(
    createSecureContext({
      minVersion: TLS_VERSION,
      ...(authority === undefined ? {} : { ca: authority }),
      ...(certificate === undefined ? {} : { cert: certificate }),
      ...(privateKey === undefined ? {} : { key: privateKey }),
    }),
  );
}

const TLS_VERSION = 'TLSv1.3';

/** Bytes of flow control per stream and connection: a chunk in flight does not wait for the reader's every turn. */
const FLOW_CONTROL_WINDOW_BYTES = 4 * 1024 * 1024;

/** After a connection is lost the next one is tried soon, and then less and less often. */
const RECONNECT_FIRST_MS = 100;
const RECONNECT_MOST_MS = 5_000;

/** One connection, made when it is first used and made again when it is lost. @param address `host:port`. */
export function connect(address: string, options: ClientOptions): Client {
  const settings: GrpcOptions = {
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
    'grpc-node.flow_control_window': FLOW_CONTROL_WINDOW_BYTES,
    'grpc.keepalive_time_ms': KEEPALIVE_TIME_MS,
    'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
    'grpc.initial_reconnect_backoff_ms': RECONNECT_FIRST_MS,
    'grpc.max_reconnect_backoff_ms': RECONNECT_MOST_MS,
    // What a resolver knows of other policies is not ours.
    'grpc.service_config_disable_resolution': 1,
    ...(options.retries === false ? {} : { 'grpc.service_config': JSON.stringify(SERVICE_CONFIG) }),
    interceptors: [withTrace, ...(options.token === undefined ? [] : [withToken(options.token)])],
  };
  return new Client(address, options.credentials ?? credentials.createInsecure(), settings);
}

import net from 'node:net';
import os from 'node:os';
import { z } from 'zod';
import {
  ADMITTED_BYTES_MAX,
  BATCHES_IN_FLIGHT_MAX,
  CALLS_IN_FLIGHT_MAX,
  CONNECTIONS_DEFAULT,
  CONNECTIONS_MAX,
  HISTORY_KEEP_MS_DEFAULT,
  HISTORY_KEEP_MS_MAX,
  WORKERS_MAX,
} from '../limits.js';

/** The event loop keeps one core; a machine with one core shares it. */
export function defaultWorkers(): number {
  return Math.max(1, os.availableParallelism() - 1);
}

const file = z.string().min(1);

const settings = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 lets the system choose. */
  port: z.number().int().min(0).max(65_535).default(50_051),
  /** Serves without TLS, to this host alone; without `accessFile` to everybody on it, with every right. */
  insecureLoopback: z.boolean().default(false),
  /** PEM files. With an authority, a client must show a certificate that it has signed: mutual TLS. */
  tls: z
    .strictObject({
      certificateFile: file,
      privateKeyFile: file,
      clientAuthorityFile: file.optional(),
    })
    .optional(),
  /** How often the files of `tls` are read again, so that a renewed certificate needs no restart. */
  certificateCheckMs: z.number().int().min(10).max(86_400_000).default(10_000),
  /** Who may call what: JSON of `src/access/access-policy.ts`. */
  accessFile: file.optional(),
  /** Where Prometheus reads metrics over plain HTTP; absent: nowhere. 0 lets the system choose. */
  metricsPort: z.number().int().min(0).max(65_535).optional(),
  metricsHost: z.string().min(1).default('127.0.0.1'),
  workers: z.number().int().min(1).max(WORKERS_MAX).default(defaultWorkers),
  /** Server reflection, so that standard clients need no proto files. */
  reflection: z.boolean().default(true),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** Connections at once; above, new ones are closed when they are accepted. */
  connectionsMax: z.number().int().min(1).max(CONNECTIONS_MAX).default(CONNECTIONS_DEFAULT),
  /** Calls at once; above, calls are refused with RESOURCE_EXHAUSTED before any work. */
  callsInFlightMax: z.number().int().min(1).max(CALLS_IN_FLIGHT_MAX).default(CALLS_IN_FLIGHT_MAX),
  batchesInFlightMax: z.number().int().min(0).max(BATCHES_IN_FLIGHT_MAX).default(BATCHES_IN_FLIGHT_MAX),
  /** Bytes of portfolios that are admitted and not yet answered. */
  admittedBytesMax: z.number().int().min(1).max(ADMITTED_BYTES_MAX).default(ADMITTED_BYTES_MAX),
  /** Longest wait of a single calculation for a thread; one that would wait longer is refused before any work. */
  queueWaitMaxMs: z.number().int().min(0).max(60_000).default(250),
  /** Longest wait of a liquidation plan or a cascade for those before it. */
  longWaitMaxMs: z.number().int().min(0).max(600_000).default(5_000),
  /** Model of accounts that name none. */
  model: z.string().min(1).default('derive-pm2'),
  /** Whether the gate may rest on models with components whose rule is not public and count as 0. */
  allowApproximations: z.boolean().default(false),
  /** Age of the newest market above which the pre-trade gate refuses where a request does not say; 0 is any age. */
  maxEpochAgeMs: z.number().int().min(0).max(86_400_000).default(0),
  /** How long the past of accounts can be asked for, beside the entries that a restart needs; 0 keeps no more than those. */
  historyKeepMs: z.number().int().min(0).max(HISTORY_KEEP_MS_MAX).default(HISTORY_KEEP_MS_DEFAULT),
  /** How long health says NOT_SERVING before connections are closed, so that balancers notice. */
  drainNoticeMs: z.number().int().min(0).max(60_000).default(2_000),
  /** How long calls may finish after that. */
  drainGraceMs: z.number().int().min(0).max(600_000).default(10_000),
});

const schema = settings.superRefine(({ host, insecureLoopback, tls, accessFile }, context) => {
  const refuse = (path: string, message: string): void => {
    context.addIssue({ code: 'custom', path: [path], message });
  };
  if (insecureLoopback && tls !== undefined)
    refuse('insecureLoopback', 'Invalid setting: expected false, because TLS is configured');
  else if (insecureLoopback && !isLoopback(host))
    refuse('host', 'Invalid address: expected one of loopback, because insecureLoopback serves without TLS');
  else if (!insecureLoopback && tls === undefined)
    refuse(
      'tls',
      'Invalid setting: expected certificate and key, or insecureLoopback to serve this host without TLS',
    );
  else if (tls !== undefined && accessFile === undefined)
    refuse('accessFile', 'Invalid setting: expected a policy that says who may call');
});

/** Whether only this host can reach the address. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (net.isIPv4(host) && host.startsWith('127.'));
}

/** What a server is told. Absent values take their defaults. */
export type ServerSettings = z.input<typeof schema>;
export type ServerConfig = Readonly<z.output<typeof schema>>;

/** A setting is unknown, of the wrong type or outside its range. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export function parseServerConfig(settings: ServerSettings): ServerConfig {
  const parsed = schema.safeParse(settings);
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map(
    ({ path, message }) =>
      `${path.join('.') || 'settings'}: ${message} but received ${String(valueAt(settings, path))}`,
  );
  throw new ConfigError(problems.join('; '));
}

function valueAt(settings: unknown, path: readonly PropertyKey[]): unknown {
  let value = settings;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  return value;
}

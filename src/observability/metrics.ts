import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** From a tenth of a millisecond, the fastest call, to ten seconds, a large batch. */
const SECONDS_BUCKETS = [
  1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

export interface BuildInfo {
  readonly version: string;
  readonly isa: string;
}

/** What an RPC reports when it has ended. */
export interface RpcMeter {
  /** `code` is the name of a gRPC code, e.g. `OK`. */
  ended(code: string, seconds: number): void;
}

/** What the server counts. One instance per server, so that several in one process do not mix. */
export class ServerMetrics {
  readonly registry = new Registry();
  readonly #requests = this.#counter('margin_rpc_requests_total', 'RPCs that ended', ['method', 'code']);
  readonly #handled = this.#counter('grpc_server_handled_total', 'RPCs that ended', [
    'grpc_service',
    'grpc_method',
    'grpc_code',
  ]);
  readonly #duration = this.#histogram('margin_rpc_duration_seconds', 'From request to status', ['method']);
  readonly #poolQueue = this.#histogram('margin_pool_queue_seconds', 'Wait of a shard for a thread', []);
  readonly #poolTask = this.#histogram('margin_pool_task_seconds', 'Work of a thread on a shard', []);
  readonly #portfolios = this.#counter('margin_portfolios_total', 'Portfolios answered', ['outcome']);
  readonly #reports = this.#portfolios.labels('report');
  readonly #errors = this.#portfolios.labels('error');
  #callsInFlight = 0;

  constructor({ version, isa }: BuildInfo, queueSize: () => number, snapshotAgeSeconds: () => number) {
    const { registry } = this;
    collectDefaultMetrics({ register: registry });
    this.#gauge('margin_pool_queue_size', 'Shards that wait for a thread', queueSize);
    this.#gauge('margin_snapshot_age_seconds', 'Age of the current market', snapshotAgeSeconds);
    this.#gauge('margin_rpc_in_flight', 'RPCs that are being answered', () => this.#callsInFlight);
    new Gauge({
      name: 'margin_build_info',
      help: '1; the build is in the labels',
      labelNames: ['version', 'isa'],
      registers: [registry],
    }).set({ version, isa }, 1);
  }

  /** The meter of one method, made once and kept: labels are looked up here and not per call. */
  rpc(service: string, method: string): RpcMeter {
    const path = `${service}/${method}`;
    const duration = this.#duration.labels(path);
    const counters = new Map<string, { inc: () => void }[]>();
    return {
      ended: (code, seconds) => {
        let both = counters.get(code);
        if (both === undefined) {
          both = [this.#requests.labels(path, code), this.#handled.labels(service, method, code)];
          counters.set(code, both);
        }
        for (const counter of both) counter.inc();
        duration.observe(seconds);
      },
    };
  }

  callStarted(): void {
    this.#callsInFlight++;
  }

  callEnded(): void {
    this.#callsInFlight--;
  }

  shardDone(queueSeconds: number, taskSeconds: number): void {
    this.#poolQueue.observe(queueSeconds);
    this.#poolTask.observe(taskSeconds);
  }

  portfoliosDone(reports: number, errors: number): void {
    if (reports > 0) this.#reports.inc(reports);
    if (errors > 0) this.#errors.inc(errors);
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** Read when the metrics are read. */
  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect(): void {
        this.set(read());
      },
    });
  }

  #histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
  ): Histogram<Label> {
    return new Histogram({ name, help, labelNames, buckets: SECONDS_BUCKETS, registers: [this.registry] });
  }
}

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CallType } from './call-tally.js';
import { CallTally, grpcLabels, methodLabels, registerDurations, SECONDS_BUCKETS } from './call-tally.js';

export interface BuildInfo {
  readonly version: string;
  readonly isa: string;
}

/** Read when the metrics are read. */
export interface Gauges {
  readonly queueSize: () => number;
  readonly snapshotAgeSeconds: () => number;
  readonly connections: () => number;
}

/** What the server counts. One instance per server, so that several in one process do not mix. */
export class ServerMetrics {
  readonly registry = new Registry();
  readonly #tallies: CallTally[] = [];
  readonly #poolQueue = this.#histogram('margin_pool_queue_seconds', 'Wait of a shard for a thread', []);
  readonly #poolTask = this.#histogram('margin_pool_task_seconds', 'Work of a thread on a shard', []);
  #reports = 0;
  #errors = 0;
  #callsInFlight = 0;

  constructor({ version, isa }: BuildInfo, { queueSize, snapshotAgeSeconds, connections }: Gauges) {
    const { registry } = this;
    collectDefaultMetrics({ register: registry });
    this.#countCalls();
    this.#counter('margin_portfolios_total', 'Portfolios answered', ['outcome'], (add) => {
      add(this.#reports, 'report');
      add(this.#errors, 'error');
    });
    this.#gauge('margin_pool_queue_size', 'Shards that wait for a thread', queueSize);
    this.#gauge('margin_snapshot_age_seconds', 'Age of the current market', snapshotAgeSeconds);
    this.#gauge('margin_rpc_connections', 'Open connections', connections);
    this.#gauge('margin_rpc_in_flight', 'RPCs that are being answered', () => this.#callsInFlight);
    new Gauge({
      name: 'margin_build_info',
      help: '1; the build is in the labels',
      labelNames: ['version', 'isa'],
      registers: [registry],
    }).set({ version, isa }, 1);
  }

  /** Where the calls of one method are counted. */
  rpc(service: string, method: string, type: CallType): CallTally {
    const tally = new CallTally(service, method, type);
    this.#tallies.push(tally);
    return tally;
  }

  callStarted(tally: CallTally): void {
    this.#callsInFlight++;
    tally.started++;
  }

  callEnded(): void {
    this.#callsInFlight--;
  }

  shardDone(queueSeconds: number, taskSeconds: number): void {
    this.#poolQueue.observe(queueSeconds);
    this.#poolTask.observe(taskSeconds);
  }

  portfoliosDone(reports: number, errors: number): void {
    this.#reports += reports;
    this.#errors += errors;
  }

  #countCalls(): void {
    const calls = 'RPCs that ended';
    this.#counter('margin_rpc_requests_total', calls, ['method', 'code'], (add) => {
      for (const { service, method, ended } of this.#tallies)
        for (const [code, count] of ended) add(count, `${service}/${method}`, code);
    });
    const grpcNames = ['grpc_type', 'grpc_service', 'grpc_method'];
    this.#counter('grpc_server_started_total', 'RPCs that began', grpcNames, (add) => {
      for (const { type, service, method, started } of this.#tallies)
        if (started > 0) add(started, type, service, method);
    });
    this.#counter('grpc_server_handled_total', calls, [...grpcNames, 'grpc_code'], (add) => {
      for (const { type, service, method, ended } of this.#tallies)
        for (const [code, count] of ended) add(count, type, service, method, code);
    });
    const durations = 'margin_rpc_duration_seconds';
    registerDurations(this.registry, durations, 'From request to status', () => this.#tallies, methodLabels);
    const handling = 'grpc_server_handling_seconds';
    registerDurations(this.registry, handling, 'From request to status', () => this.#tallies, grpcLabels);
  }

  /** Filled when the metrics are read: `read` adds the number of each set of labels. */
  #counter(
    name: string,
    help: string,
    labelNames: string[],
    read: (add: (count: number, ...labels: string[]) => void) => void,
  ): void {
    new Counter({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect(): void {
        this.reset();
        read((count, ...labels) => {
          this.labels(...labels).inc(count);
        });
      },
    });
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
    return new Histogram({
      name,
      help,
      labelNames,
      buckets: [...SECONDS_BUCKETS],
      registers: [this.registry],
    });
  }
}

import type { Histogram, Registry } from 'prom-client';

/** Bounds of the duration buckets, ascending: from a tenth of a millisecond, the fastest call, to ten seconds, a large batch. */
export const SECONDS_BUCKETS: readonly number[] = [
  1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

type Labels = Readonly<Record<string, string>>;

/** Our own label of a method. */
export const methodLabels = ({ service, method }: CallTally): Labels => ({ method: `${service}/${method}` });

/** How many messages either side sends, in the words of dashboards of gRPC servers. */
export type CallType = 'unary' | 'client_stream' | 'server_stream' | 'bidi_stream';

export function callType(requestStream: boolean, responseStream: boolean): CallType {
  if (requestStream) return responseStream ? 'bidi_stream' : 'client_stream';
  return responseStream ? 'server_stream' : 'unary';
}

/** The labels that dashboards of gRPC servers ask for. */
export const grpcLabels = ({ service, method, type }: CallTally): Labels => ({
  grpc_type: type,
  grpc_service: service,
  grpc_method: method,
});

/** One number of a metric, as a registry prints it. */
interface Series {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName: string;
}

/**
 * How the calls of one method ended, as plain numbers. The metrics library resolves labels at every count, which costs more
 * than a small calculation; these get theirs when the metrics are read.
 */
export class CallTally {
  /** Calls that began. */
  started = 0;
  /** Calls that ended, by code. */
  readonly ended = new Map<string, number>();
  /** Calls by bucket; the last one is for what is longer than all bounds. */
  readonly #buckets = new Float64Array(SECONDS_BUCKETS.length + 1);
  #secondsSum = 0;

  constructor(
    readonly service: string,
    readonly method: string,
    readonly type: CallType,
  ) {}

  /** `code` is the name of a gRPC code, e.g. `OK`. */
  count(code: string, seconds: number): void {
    this.ended.set(code, (this.ended.get(code) ?? 0) + 1);
    let bucket = 0;
    while (seconds > (SECONDS_BUCKETS[bucket] ?? Infinity)) bucket++;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#secondsSum += seconds;
  }

  /** The series of a Prometheus histogram: cumulative buckets, sum, count. */
  durationSeries(name: string, labels: Labels): Series[] {
    const series: Series[] = [];
    let below = 0;
    for (const [bucket, count] of this.#buckets.entries()) {
      below += count;
      const le = SECONDS_BUCKETS[bucket] ?? '+Inf';
      series.push({ labels: { le, ...labels }, value: below, metricName: `${name}_bucket` });
    }
    series.push({ labels, value: this.#secondsSum, metricName: `${name}_sum` });
    series.push({ labels, value: below, metricName: `${name}_count` });
    return series;
  }
}

/** Registers a histogram of the durations of all tallies. A registry reads a metric's `get` and its name, nothing else. */
export function registerDurations(
  registry: Registry,
  name: string,
  help: string,
  tallies: () => readonly CallTally[],
  labelsOf: (tally: CallTally) => Labels,
): void {
  const metric = {
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    get() {
      const called = tallies().filter(({ ended }) => ended.size > 0);
      return Promise.resolve({
        ...metric,
        values: called.flatMap((tally) => tally.durationSeries(name, labelsOf(tally))),
      });
    },
    // Of a registry that forgets all numbers; these last as long as their server.
    reset: () => undefined,
  };
  registry.registerMetric(metric as unknown as Histogram);
}

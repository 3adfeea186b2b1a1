import type { AccessControl } from '../access/access-control.js';
import type { ServerConfig } from '../config/server-config.js';
import type { MarginEngine } from '../engine/margin-engine.js';
import type { EpochPublisher } from '../live/feed/epoch-publisher.js';
import type { CallLog } from '../observability/call-log.js';
import type { TraceCall } from '../observability/call-trace.js';
import type { ServerMetrics } from '../observability/metrics.js';
import type { Logger } from '../observability/log.js';
import type { MarginPool } from '../pool/margin-pool.js';
import type { Accounts } from './accounts.js';
import type { Admission } from './admission.js';
import type { Connections } from './connections.js';
import type { EpochRegistry } from './epochs.js';
import type { LoopLane } from './loop-lane.js';
import type { MarginHistory } from '../live/history/margin-history.js';
import type { LiveMargins } from '../live/margins/live-margins.js';
import type { RiskStreams } from './risk-service.js';
import type { MarginStreams } from './stream-margin.js';
import type { PlanThread } from './plan-thread.js';
import type { MarkStreams } from './stream-marks.js';
import type { ServerParameters } from './parameters.js';
import type { ReserveAudit } from './reserve-audit.js';
import type { CalculationReader } from './read-calculation.js';
import type { VenueRisk } from './venue-risk.js';
import type { WorkCosts } from './work-costs.js';

/** What all handlers of one server share. */
export interface ServerContext {
  readonly config: ServerConfig;
  /** Who may call what. */
  readonly access: AccessControl;
  readonly connections: Connections;
  readonly epochs: EpochRegistry;
  /** Where market data comes in; absent on a server that has no market to begin with. */
  readonly publisher?: EpochPublisher;
  readonly marks: MarkStreams;
  /** Margins of all accounts, again at every epoch, and who follows them. */
  readonly margins: LiveMargins;
  readonly marginStreams: MarginStreams;
  /** Risk of all accounts, summed up, and who follows it. */
  readonly risk: VenueRisk;
  readonly riskStreams: RiskStreams;
  /** What margins were; absent on a server without a journal. */
  readonly history?: MarginHistory;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Those in force, and what may become of them. */
  readonly parameters: ServerParameters;
  readonly calculations: CalculationReader;
  readonly pool: MarginPool;
  /** Where liquidation plans are made. */
  readonly plans: PlanThread;
  /** For single small calculations on the event loop. */
  readonly engine: MarginEngine;
  readonly accounts: Accounts;
  /** Attests what the accounts are owed, where the server was given a key. */
  readonly reserveAudit?: ReserveAudit;
  readonly admission: Admission;
  /** Where calculations of milliseconds take turns on the event loop. */
  readonly loop: LoopLane;
  /** What calculations have cost. */
  readonly costs: WorkCosts;
  readonly metrics: ServerMetrics;
  readonly logger: Logger;
  readonly callLog: CallLog;
  readonly traceCall: TraceCall;
  isDraining: boolean;
}

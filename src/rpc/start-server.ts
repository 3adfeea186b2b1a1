import { AccessControl } from '../access/access-control.js';
import type { ServerSettings } from '../config/server-config.js';
import { ConfigError, parseServerConfig } from '../config/server-config.js';
import { MarginEngine } from '../engine/margin-engine.js';
import { loadKernels } from '../kernel/load-kernels.js';
import type { Journal } from '../journal/journal.js';
import type { AccountView } from '../live/book/account.js';
import type { EventLog } from '../live/book/durable-queue.js';
import type { ShardThreads } from '../live/margins/shard-margins.js';
import type { FeedConfig } from '../market/feed/feed-config.js';
import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import type { GovernancePolicy } from '../recalibration/governance/policy.js';
import type { CalibratedUnderlying } from '../market/volatility/calibrate-market.js';
import { CallLog } from '../observability/call-log.js';
import { createTraceCall } from '../observability/call-trace.js';
import type { Log } from '../observability/log.js';
import { createLog } from '../observability/log.js';
import { ServerMetrics } from '../observability/metrics.js';
import { serveMetrics, type MetricsEndpoint } from '../observability/metrics-endpoint.js';
import type { MarketConnector } from '../live/connect/deribit-connector.js';
import { LiveMargins } from '../live/margins/live-margins.js';
import { filledPortfolio, nextLapseMs, pendingPortfolio } from '../live/margins/pending-fills.js';
import { success, type Outcome } from '../domain/outcome.js';
import { resolveModel } from '../models/catalogue.js';
import type { ResolvedModel } from '../models/resolved-model.js';
import { MarginPool, WORKER_ENTRY } from '../pool/margin-pool.js';
import { packageDefinitionForReflection } from '../wire/reflection-files.js';
import type { AccountHistory } from './account-history.js';
import { createHistory } from './account-history.js';
import type { Accounts } from './accounts.js';
import { createAccounts } from './accounts.js';
import { Admission } from './admission.js';
import { Connections } from './connections.js';
import type { PublishedEpoch } from './epochs.js';
import { EpochRegistry } from './epochs.js';
import { recoverAccounts } from './durable-accounts.js';
import { GrpcServer } from './grpc-server.js';
import { publishOrThrow } from './publish-market.js';
import { LoopLane } from './loop-lane.js';
import { loadAccessPolicy, loadCredentials } from './load-security.js';
import { createPublisher, intoMarket } from './market-data.js';
import { RiskStreams } from './risk-service.js';
import { MarginStreams } from './stream-margin.js';
import { MarkStreams } from './stream-marks.js';
import { PlanThread } from './plan-thread.js';
import { ServerParameters } from './parameters.js';
import { CalculationReader } from './read-calculation.js';
import type { ReserveAuditSettings } from './reserve-audit.js';
import { chainHeadOf, ReserveAudit } from './reserve-audit.js';
import type { ServerContext } from './server-context.js';
import { services } from './services.js';
import { stopServer } from './stop-server.js';
import { TlsCredentials } from './tls-credentials.js';
import { VenueRisk } from './venue-risk.js';
import { watchCertificate } from './watch-certificate.js';
import { WorkCosts } from './work-costs.js';

export interface StartOptions extends ServerSettings {
  /** The first epoch; without it every calculation must bring its market along. */
  readonly marketSnapshot?: MarketSnapshot;
  /** The surfaces that its volatilities come from, if they do. */
  readonly calibrated?: readonly CalibratedUnderlying[];
  /** Sources of the market's prices; absent: the venue of the market is its own and only source. */
  readonly feed?: FeedConfig;
  /** Milliseconds since 1970 that market data and events are judged against; the system's clock by default. */
  readonly now?: () => number;
  /** Version in `margin_build_info`. */
  readonly version?: string;
  /** What worker threads run; the compiled entry of this package by default. */
  readonly workerEntry?: URL;
  /**
   * Where changes of accounts become durable, and what accounts are recovered from before the first call; without one accounts live
   * as long as the process. It belongs to the server, which closes it.
   */
  readonly journal?: Journal;
  /** Where changes of parameters become durable, all of them kept; without one they live as long as the process. */
  readonly parameterJournal?: Journal;
  /** How parameters may be changed; the house's policy by default. */
  readonly parameterPolicy?: GovernancePolicy;
  /** A venue whose market data is published here while the server runs. */
  readonly connector?: MarketConnector;
  /** Attests what the accounts are owed, every few seconds. */
  readonly reserveAudit?: ReserveAuditSettings;
  /** Where log lines go; standard output by default. */
  readonly log?: Log;
}

export interface RunningServer {
  /** `host:port` with the port that was bound. */
  readonly address: string;
  readonly port: number;
  /** `host:port` of `GET /metrics`; absent where nobody asked for it. */
  readonly metricsAddress?: string;
  readonly metrics: ServerMetrics;
  /** The instruction level of the kernels. */
  readonly isa: string;
  /** The threads that calculate. */
  readonly pool: MarginPool;
  /** Makes a market the current epoch; throws when it is refused. */
  publish(snapshot: MarketSnapshot): PublishedEpoch;
  /** Margins of all accounts as they are streamed. */
  readonly margins: LiveMargins;
  /** Drains and ends everything; further calls wait for the same end. */
  stop(): Promise<void>;
}

/** Starts threads, tests the kernels on each, publishes the market and only then serves. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const {
    marketSnapshot,
    calibrated,
    feed,
    now = Date.now,
    version = '0.0.0',
    workerEntry = WORKER_ENTRY,
    log: givenLog,
    journal,
    parameterJournal,
    parameterPolicy,
    reserveAudit: auditSettings,
    connector,
    ...settings
  } = options;
  const config = parseServerConfig(settings);
  requireModel(config.model);
  const credentials = loadCredentials(config);
  const access = new AccessControl(loadAccessPolicy(config), Date.now);
  const connections = new Connections(config.connectionsMax);
  const log = givenLog ?? createLog(config.logLevel);
  const head = chainHeadOf(auditSettings);
  const epochs = new EpochRegistry(Number(head?.signed.header.epoch ?? 0n));
  const publish = (snapshot: MarketSnapshot): PublishedEpoch => {
    const published = publishOrThrow(epochs, snapshot);
    onEpoch(published);
    return published;
  };
  const first =
    marketSnapshot === undefined
      ? undefined
      : publishOrThrow(epochs, marketSnapshot, calibrated === undefined ? {} : { calibrated });

  const kernels = loadKernels();
  const engine = new MarginEngine(kernels);
  const pool = new MarginPool({ workers: config.workers, entry: workerEntry });
  const metrics = new ServerMetrics(
    { version, isa: engine.isa },
    {
      queueSize: () => pool.queueSize,
      snapshotAgeSeconds: () => (Date.now() - (epochs.current?.market.timeMs ?? NaN)) / 1_000,
      connections: () => connections.open,
    },
  );
  const modelNamed = (name: string): ResolvedModel | undefined => parameters.inUse(name)?.model;
  let past: AccountHistory | undefined;
  const onEpoch = (epoch: PublishedEpoch): void => {
    marks.onEpoch(epoch);
    // Nobody is told a margin of an epoch that could not be found again.
    if (past === undefined) margins.onEpoch(epoch);
    else
      void past.recorder.epoch(epoch.market).then(() => {
        margins.onEpoch(epoch);
      });
  };
  const marks = new MarkStreams(({ market }) => engine.marks(market));
  const threads: ShardThreads = {
    calculate: (market, model, shards) =>
      pool.calculateColumns(market, model, shards, config.allowApproximations),
    workers: config.workers,
  };
  const parameters = await ServerParameters.open(
    {
      now,
      logger: log.logger,
      threads,
      margins: () => margins,
      market: () => epochs.current,
      currenciesUnder: (model, market) => risk.currenciesUnder(model, market),
      onChange: (atMs) => {
        accounts.forgetModels();
        margins.changeParameters(atMs);
        for (const { modelName } of margins.shardsByModel()) past?.recorder.modelChanged(modelName);
      },
      policy: parameterPolicy,
    },
    parameterJournal,
  );
  const margins: LiveMargins = new LiveMargins({
    ...threads,
    layOut: (on, portfolio) => engine.layOut(on, portfolio),
    modelNamed: (name) => parameters.inUse(name),
    project: (market, name, books, deviation) =>
      pool.project(market, parameters.inUse(name)?.reference ?? { name }, books, deviation),
    now,
    keepAllowances: (allowances) => parameters.keepAllowances(allowances),
    onMargins: (epoch) => {
      past?.recorder.states(margins.changes);
      marginStreams.onMargins();
      risk.onEpoch(epoch);
      riskStreams.onMargins();
    },
    onError: (error) => {
      log.logger.error({ err: error }, 'margins of an epoch were not calculated');
    },
  });
  const marginStreams = new MarginStreams(margins);
  const publisher =
    marketSnapshot === undefined
      ? undefined
      : createPublisher({
          config,
          feed,
          start: marketSnapshot,
          calibrated,
          kernels,
          pool,
          epochs,
          logger: log.logger,
          now,
          onEpoch,
        });
  const accountsOn = (eventLog?: EventLog): Accounts =>
    createAccounts({
      config,
      epochs,
      engine,
      kernels,
      now,
      resolve: (name) => {
        const found = parameters.named(name);
        return found.ok ? success(found.value.model) : found;
      },
      phaseInsOf: (accountId) => margins.phaseInsOf(accountId),
      statisticsOf: (instrument) => publisher?.feed.activityOf(instrument),
      ...(eventLog === undefined ? {} : { log: eventLog }),
    });
  const durable =
    journal === undefined
      ? undefined
      : await recoverAccounts(journal, accountsOn, log.logger, now, {
          keepMs: config.historyKeepMs,
          onSnapshot: () => {
            past?.recorder.renew();
          },
        });
  if (journal !== undefined && durable !== undefined)
    past = createHistory({
      journal,
      log: durable.log,
      defaultModel: config.model,
      modelNamed,
      logger: log.logger,
    });
  const accounts = durable?.accounts ?? accountsOn();
  const risk = new VenueRisk({
    engine,
    margins,
    scenarioModel: () => modelOrNone(accounts.modelNamed('')),
    modelOf: ({ details }) => modelOrNone(accounts.modelNamed(details.model)),
    onRefused: (accountId, refusal) => {
      log.logger.warn(
        { accountId, ...refusal },
        'an account stands alone in sums of risk: its place is refused',
      );
    },
  });
  const riskStreams = new RiskStreams(risk);
  const follow = (account: AccountView): void => {
    risk.onAccount(account);
    const { accountId, seq, details } = account;
    const model = details.model === '' ? config.model : details.model;
    past?.recorder.usesModel(model);
    margins.put({
      accountId,
      seq,
      model,
      readPortfolio: () => pendingPortfolio(account, now()),
      readFilled: () => filledPortfolio(account, now(), accounts.book),
      nextLapseMs: () => nextLapseMs(account, now()),
    });
  };
  for (const account of accounts.book.accounts()) follow(account);
  margins.resume(durable?.steps ?? []);
  margins.resumePhaseIns((modelName) => parameters.resumedPhaseIns(modelName));
  accounts.book.onChange(follow);
  if (first !== undefined) onEpoch(first);
  const auditParts = { book: accounts.book, epochs, kernels, logger: log.logger, head };
  const reserveAudit =
    auditSettings === undefined ? undefined : await ReserveAudit.open(auditSettings, auditParts);
  const context: ServerContext = {
    config,
    access,
    connections,
    epochs,
    ...(publisher === undefined ? {} : { publisher }),
    marks,
    margins,
    marginStreams,
    risk,
    riskStreams,
    ...(past === undefined ? {} : { history: past.history }),
    now,
    parameters,
    engine,
    pool,
    plans: new PlanThread(new URL('../rpc/plan-entry.js', workerEntry)),
    metrics,
    accounts,
    ...(reserveAudit === undefined ? {} : { reserveAudit }),
    calculations: new CalculationReader(),
    admission: new Admission(config),
    loop: new LoopLane(),
    costs: new WorkCosts(),
    logger: log.logger,
    callLog: new CallLog(log.logger),
    traceCall: createTraceCall(),
    isDraining: false,
  };
  const server = new GrpcServer({
    services: services(context),
    connections,
    reflected: config.reflection ? packageDefinitionForReflection() : undefined,
  });

  try {
    await pool.warm();
    const port = await server.listen(config.host, config.port, credentials);
    const address = `${config.host}:${String(port)}`;
    const { metricsHost, metricsPort } = config;
    const endpoint =
      metricsPort === undefined ? undefined : await metricsOn(metrics, metricsHost, metricsPort);
    const stopWatching =
      credentials instanceof TlsCredentials
        ? watchCertificate(credentials, config.certificateCheckMs, log.logger)
        : undefined;
    server.setServing(true);
    log.logger.info(
      { address, workers: config.workers, isa: engine.isa, epoch: epochs.current?.market.epoch },
      'serving',
    );
    if (connector !== undefined && publisher !== undefined)
      connector.start(intoMarket(publisher, log.logger));
    parameters.start();
    let stopping: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      await connector?.stop();
      parameters.stop();
      stopWatching?.();
      await stopServer({ server, pool, log, context });
      await endpoint?.close();
      await durable?.close();
      await parameterJournal?.close();
    };
    return {
      address,
      port,
      ...(endpoint === undefined ? {} : { metricsAddress: endpoint.address }),
      metrics,
      pool,
      isa: engine.isa,
      publish,
      margins,
      stop: () => (stopping ??= stop()),
    };
  } catch (error) {
    server.close();
    await reserveAudit?.close();
    await pool.close();
    await durable?.close();
    await parameterJournal?.close();
    throw error;
  }
}

function requireModel(name: string): void {
  const found = resolveModel({ name });
  if (!found.ok) throw new ConfigError(`model: ${found.failure.message}`);
}

function modelOrNone(model: Outcome<ResolvedModel>): ResolvedModel | undefined {
  return model.ok ? model.value : undefined;
}

/** The address is a setting that the outside can refuse. */
async function metricsOn(metrics: ServerMetrics, host: string, port: number): Promise<MetricsEndpoint> {
  try {
    return await serveMetrics(metrics, host, port);
  } catch (error) {
    throw new ConfigError(`metricsPort: cannot listen on ${host}:${String(port)}: ${String(error)}`);
  }
}

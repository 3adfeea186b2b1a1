import { ConfigError } from '../config/server-config.js';
import { expected, failure, success, type Outcome } from '../domain/outcome.js';
import type { Journal } from '../journal/journal.js';
import { CODE } from '../live/state/ladder.js';
import type { LiveMargins, ModelInUse } from '../live/margins/live-margins.js';
import {
  parameterImpact,
  type ComparedShards,
  type ImpactProgress,
} from '../live/margins/parameter-impact.js';
import type { PhaseIn } from '../live/margins/phase-ins.js';
import type { ShardThreads } from '../live/margins/shard-margins.js';
import type { Market } from '../market/snapshot/market.js';
import { listModels, resolveModel } from '../models/catalogue.js';
import { mergeParameters } from '../models/overrides.js';
import type { ModelReference, ResolvedModel } from '../models/resolved-model.js';
import type { Logger } from '../observability/log.js';
import { ParameterBoard, type ParameterLog } from '../recalibration/governance/parameter-board.js';
import type { ImpactSummary } from '../recalibration/governance/parameter-events.js';
import { PHASE_IN_SECONDS } from '../recalibration/governance/phase-in.js';
import {
  phaseInRecords,
  readPhaseIns,
  type KeptAllowances,
} from '../recalibration/governance/phase-in-records.js';
import { parametersInForce } from '../recalibration/governance/parameter-state.js';
import { checkPolicy, HOUSE_POLICY, type GovernancePolicy } from '../recalibration/governance/policy.js';
import { impactSummary } from '../recalibration/preview/impact.js';
import { JournalRefusedError } from './durable-accounts.js';
import type { PublishedEpoch } from './epochs.js';

/** How often time alone is let act: proposals that run out or become due. */
const TICK_MS = 1_000;

/** How often allowances of a phase-in of hours are stepped where no epoch does. */
const PHASE_IN_STEP_MS = 60_000;

/** What parameters need of the server, asked when a command comes. */
export interface ParameterParts {
  readonly now: () => number;
  readonly logger: Logger;
  readonly threads: ShardThreads;
  readonly margins: () => LiveMargins;
  readonly market: () => PublishedEpoch | undefined;
  /** US dollars for one unit of what a model margins an account in; NaN where nobody knows. */
  readonly currenciesUnder: (model: ResolvedModel, market: Market) => (accountId: string) => number;
  /** Others that keep models by name; at a time, milliseconds since 1970. */
  readonly onChange: (atMs: number) => void;
  readonly policy?: GovernancePolicy | undefined;
}

/** What to compare: the parameters in force, or some of the caller's, with others. */
export interface Comparison {
  /** Absent: those in force, of accounts of the named set of `proposed` alone, whose overrides apply on top of them. */
  readonly current?: ModelReference;
  readonly proposed: ModelReference;
  readonly topMovers: number;
}

/** A set that was being phased out when an earlier process ended. */
interface ResumedPhaseIn extends Pick<PhaseIn, 'replaced' | 'sinceMs'> {
  /** `model@set`. */
  readonly name: string;
  readonly kept: readonly KeptAllowances[];
}

/** The parameters of a server: those in force, what may become of them, and whom a change would hit. */
export class ServerParameters {
  readonly board: ParameterBoard;
  readonly #parts: ParameterParts;
  readonly #log: ParameterLog | undefined;
  #resumed: readonly ResumedPhaseIn[] = [];
  #timers: readonly NodeJS.Timeout[] = [];

  private constructor(parts: ParameterParts, log: ParameterLog | undefined) {
    this.#parts = parts;
    this.#log = log;
    this.board = new ParameterBoard(
      {
        now: parts.now,
        resolve: (name, overrides) => resolveModel(overrides === undefined ? { name } : { name, overrides }),
        knownModels: listModels().map(({ id }) => id),
        preview: ({ name, overrides }) => this.#summary({ name, overrides }),
        accountsCalled: (name) => this.#accountsCalled(name),
        onEffective: (switches) => {
          const names = switches.map(({ name }) => name);
          parts.logger.info({ names }, 'parameters in force have changed');
          parts.onChange(switches[0]?.atMs ?? parts.now());
        },
      },
      log,
      parts.policy ?? HOUSE_POLICY,
    );
  }

  /** Brings the parameters to the state of everything durable. @throws {JournalRefusedError} @throws {ConfigError} */
  static async open(parts: ParameterParts, journal?: Journal): Promise<ServerParameters> {
    const policy = checkPolicy(parts.policy ?? HOUSE_POLICY);
    if (!policy.ok)
      throw new ConfigError(`parameterPolicy.${policy.failure.field}: ${policy.failure.message}`);
    const writer = await journal?.fence(journal.generation + 1);
    if (writer?.ok === false) throw new JournalRefusedError(writer.failure);
    const parameters = new ServerParameters(parts, writer?.value);
    if (journal !== undefined) await parameters.#recover(journal);
    return parameters;
  }

  /** What an earlier process was phasing in for the accounts that name a model so. */
  resumedPhaseIns(modelName: string): readonly PhaseIn[] {
    const own = this.#resumed.filter(({ name }) => name === setOf(modelName));
    return own.map(({ replaced, sinceMs, kept }) => {
      // Without any nobody's margins were told under the new parameters.
      const found = kept.find((one) => one.modelName === modelName)?.allowances;
      return { replaced, sinceMs, allowances: found === undefined ? undefined : new Map(found) };
    });
  }

  /** Makes durable what accounts are still let off. */
  async keepAllowances(allowances: readonly KeptAllowances[]): Promise<void> {
    const kept = await this.#log?.append(allowances.flatMap(phaseInRecords));
    // The journal takes no commands after that either, and margins are better told than not.
    if (kept?.ok === false) this.#parts.logger.error({ failure: kept.failure }, 'a phase-in is not kept');
  }

  async #recover(journal: Journal): Promise<void> {
    const earliestMs = this.#parts.now() - PHASE_IN_SECONDS * 1_000;
    const switches = (await this.board.recover(journal)).filter(({ atMs }) => atMs > earliestMs);
    if (switches.length === 0) return;
    const kept = await readPhaseIns(journal, earliestMs);
    this.#resumed = switches.flatMap(({ name, replaced, atMs }) => {
      const reference = replaced === undefined ? { name } : { name, overrides: replaced.overrides };
      const model = resolveModel(reference);
      if (!model.ok) return [];
      const own = kept.filter(({ sinceMs }) => sinceMs === atMs);
      return [{ name, replaced: { reference, model: model.value }, sinceMs: atMs, kept: own }];
    });
  }

  /** Lets time act from now on. */
  start(): void {
    const tick = (): void => {
      void this.board.tick().then((ticked) => {
        if (!ticked.ok) this.#parts.logger.error({ failure: ticked.failure }, 'parameters stand still');
      });
    };
    const step = (): void => {
      this.#parts.margins().stepPhaseIns();
    };
    this.#timers = [setInterval(tick, TICK_MS).unref(), setInterval(step, PHASE_IN_STEP_MS).unref()];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** The model that a name stands for, with the parameters in force. */
  named(name: string): Outcome<ModelInUse> {
    const published = resolveModel({ name });
    if (!published.ok) return published;
    const held = parametersInForce(this.board.state, canonicalName(published.value));
    if (held === undefined) return success({ reference: { name }, model: published.value });
    const reference = { name, overrides: held.overrides };
    const model = resolveModel(reference);
    return model.ok ? success({ reference, model: model.value }) : model;
  }

  inUse(name: string): ModelInUse | undefined {
    const found = this.named(name);
    return found.ok ? found.value : undefined;
  }

  /** Whom a change would hit on an epoch, as it goes; failures name `current` or `proposed`. */
  async preview(
    comparison: Comparison,
    on: PublishedEpoch,
  ): Promise<Outcome<AsyncGenerator<ImpactProgress>>> {
    const { current, topMovers } = comparison;
    const proposed = current === undefined ? this.#onTopOfForce(comparison.proposed) : comparison.proposed;
    const after = resolveModel(proposed);
    if (!after.ok) return after;
    const given = current === undefined ? undefined : resolveModel(current);
    if (given?.ok === false) return given;
    const dollars = (model: ResolvedModel): ((accountId: string) => number) =>
      this.#parts.currenciesUnder(model, on.market);
    const afterUsd = dollars(after.value);
    const margins = this.#parts.margins();
    await margins.settled();
    const isPackedFor = margins.packedMarket?.table === on.market.table;
    const target = setOf(proposed.name);
    const compared = [...margins.shardsByModel()].flatMap((shards): ComparedShards[] => {
      const own = setOf(shards.modelName);
      if (current === undefined && own !== target) return [];
      const before = current ?? shards.reference;
      const layout = (name: string): ComparedShards['beforeLayout'] =>
        isPackedFor && setOf(name) === own ? 'AS_PACKED' : 'ONE_BY_ONE';
      const layouts = { beforeLayout: layout(before.name), afterLayout: layout(proposed.name) };
      const beforeUsd = dollars(given?.value ?? shards.model);
      return [{ shards, before, after: proposed, ...layouts, beforeUsd, afterUsd }];
    });
    return success(parameterImpact(this.#parts.threads, on.handle, compared, topMovers));
  }

  #onTopOfForce({ name, overrides }: ModelReference): ModelReference {
    const held = parametersInForce(this.board.state, setOf(name));
    if (held === undefined) return overrides === undefined ? { name } : { name, overrides };
    return { name, overrides: mergeParameters(held.overrides, overrides ?? {}) };
  }

  async #summary(proposed: ModelReference): Promise<Outcome<ImpactSummary>> {
    const on = this.#parts.market();
    if (on === undefined) {
      const what = expected('a published market to preview the change on', 'market', undefined);
      return failure('MISSING_MARKET_DATA', 'market', what);
    }
    const previewed = await this.preview({ proposed, topMovers: 0 }, on);
    if (!previewed.ok) return previewed;
    let last: ImpactProgress | undefined;
    for await (const progress of previewed.value) last = progress;
    if (last === undefined) throw new RangeError('a preview without an end');
    return success(impactSummary(last.impact, this.board.policy.newlyCalledEquityShareMax));
  }

  #accountsCalled(name: string): number {
    const margins = this.#parts.margins();
    let called = 0;
    for (const { modelName, shards } of margins.shardsByModel()) {
      if (setOf(modelName) !== name) continue;
      for (const { packed } of shards)
        for (const { accountId } of packed)
          if ((margins.get(accountId)?.step ?? CODE.OK) >= CODE.CALL) called += 1;
    }
    return called;
  }
}

function canonicalName({ id, parameterSet }: ResolvedModel): string {
  return `${id}@${parameterSet}`;
}

/** `model@set` of a name that accounts use; the name itself where there is no such model. */
function setOf(name: string): string {
  const published = resolveModel({ name });
  return published.ok ? canonicalName(published.value) : name;
}

import {
  Cascade,
  CASCADE_ROUNDS_DEFAULT,
  type AccountsAt,
  type CascadeMoves,
  type CascadeResult,
  type ShockedUnderlying,
} from '../aggregation/cascade.js';
import { liquidationMapPoint, type LiquidationMapPoint } from '../aggregation/liquidation-map.js';
import { stressedDepth } from '../aggregation/stressed-depth.js';
import { expected } from '../domain/outcome.js';
import type { MarketShock, MarketShock__Output } from '../gen/margincube/v1/MarketShock.js';
import type { SimulateCascadeRequest__Output } from '../gen/margincube/v1/SimulateCascadeRequest.js';
import { CASCADE_ROUNDS_MAX, LIQUIDATION_MAP_POINTS_MAX, SHOCK_MAX } from '../limits.js';
import type { AccountView } from '../live/book/account.js';
import type { Market } from '../market/snapshot/market.js';
import { publishMarket } from '../market/snapshot/shared-market.js';
import type { ResolvedModel } from '../models/resolved-model.js';
import { preciseNowMs } from '../pool/tasks.js';
import { integer, optionalNumber } from '../wire/convert/fields.js';
import { codec } from '../wire/schema.js';
import { decodeRequest } from './decode-request.js';
import { admitted, requireWanted } from './costed-work.js';
import { malformed } from './errors.js';
import { pinMarket } from './pin-market.js';
import { orFail } from './referenced-book.js';
import type { ServerContext } from './server-context.js';
import type { CallScope } from './with-call.js';
import type { WorkKind } from './work-costs.js';

/**
 * RiskService.SimulateCascade: all accounts of the server, every one margined anew by its own model at the prices of every round, on
 * the threads of the pool, until nobody waits for the answer any more.
 */
export async function answerSimulateCascade(
  context: ServerContext,
  bytes: Buffer,
  scope: CallScope,
): Promise<Buffer> {
  const request = decodeRequest('margincube.v1.SimulateCascadeRequest', bytes);
  const { roundsMax, mapSpotShocks } = request;
  if (roundsMax > CASCADE_ROUNDS_MAX)
    throw malformed('roundsMax', expected(`at most ${String(CASCADE_ROUNDS_MAX)}`, 'roundsMax', roundsMax));
  refuseMap(mapSpotShocks);
  const { risk, costs } = context;
  const rounds = (roundsMax === 0 ? CASCADE_ROUNDS_DEFAULT : roundsMax) + mapSpotShocks.length;
  const kind: WorkKind = { method: 'SimulateCascade', terms: '', units: risk.accountCount * rounds };
  return admitted(context, scope, 'CASCADES', { kind, byteLength: bytes.length }, async () => {
    const startedAtMs = preciseNowMs();
    const answer = await simulate(context, request, scope);
    costs.learn(kind, preciseNowMs() - startedAtMs);
    return answer;
  });
}

async function simulate(
  context: ServerContext,
  request: SimulateCascadeRequest__Output,
  { cancellation }: CallScope,
): Promise<Buffer> {
  const { shocks, epoch, roundsMax, mapSpotShocks } = request;
  const pinned = pinMarket(context.epochs, integer(epoch));
  try {
    const { market } = pinned;
    const underlyings = shockedUnderlyings(market, shocks);
    const impactCoefficient = optionalNumber(request.impactCoefficient);
    const cascade = orFail(
      Cascade.of({
        underlyings,
        roundsMax: roundsMax === 0 ? CASCADE_ROUNDS_DEFAULT : roundsMax,
        ...(impactCoefficient === undefined ? {} : { impactCoefficient }),
      }),
      (failure) => failure,
    );
    const model = orFail(context.accounts.modelNamed(''), (failure) => failure);
    // Accounts that are made while it runs take no part.
    const accounts = [...context.risk.accounts()];
    for (let moves = cascade.next(); moves !== undefined; moves = cascade.next()) {
      requireWanted(cancellation);
      cascade.take(await accountsAt(context, { market, model }, accounts, underlyings, moves));
    }
    const map: LiquidationMapPoint[] = [];
    for (const spotShock of mapSpotShocks) {
      requireWanted(cancellation);
      const spotFactors = Float64Array.from(underlyings, (_, at) => (at === 0 ? 1 + spotShock : 1));
      const moves = { spotFactors, volFactors: new Float64Array(underlyings.length).fill(1) };
      const there = await accountsAt(context, { market, model }, accounts, underlyings, moves);
      map.push(liquidationMapPoint(spotShock, there));
    }
    return responseOf(cascade.result(), map, underlyings, market.epoch);
  } finally {
    pinned.release();
  }
}

function refuseMap(spotShocks: readonly number[]): void {
  const field = 'mapSpotShocks';
  if (spotShocks.length > LIQUIDATION_MAP_POINTS_MAX)
    throw malformed(
      field,
      expected(`at most ${String(LIQUIDATION_MAP_POINTS_MAX)} moves`, field, spotShocks.length),
    );
  spotShocks.forEach((move, at) => {
    const own = `${field}[${String(at)}]`;
    if (!(move > -1 && move <= SHOCK_MAX))
      throw malformed(own, expected(`a relative move above -1 and up to ${String(SHOCK_MAX)}`, own, move));
  });
}

/** The underlyings of the shocks in their order, then all others of the market. */
function shockedUnderlyings(market: Market, shocks: readonly MarketShock__Output[]): ShockedUnderlying[] {
  const { table, columns } = market;
  const depthOf = orFail(stressedDepth(), (failure) => failure);
  const named = new Map<string, { spotShock: number; volShock: number }>();
  shocks.forEach(({ underlying, spotShock, volShock }, at) => {
    const field = `shocks[${String(at)}].underlying`;
    if (!table.underlyingIndex.has(underlying))
      throw malformed(field, expected(`one of ${table.underlyings.join(', ')}`, field, underlying));
    if (named.has(underlying))
      throw malformed(field, `Expected every underlying once but received ${underlying} twice`);
    named.set(underlying, { spotShock, volShock });
  });
  const others = table.underlyings.filter((underlying) => !named.has(underlying));
  return [...named.keys(), ...others].map((underlying) => {
    const spotUsd = columns.indexPrice[table.underlyingIndex.get(underlying) ?? -1] ?? NaN;
    const { spotShock, volShock } = named.get(underlying) ?? { spotShock: 0, volShock: 0 };
    return { underlying, spotUsd, spotShock, volShock, depth: depthOf(underlying, spotUsd) };
  });
}

/** The accounts at the prices of one round. */
async function accountsAt(
  { engine, margins, risk }: ServerContext,
  on: { readonly model: ResolvedModel; readonly market: Market },
  accounts: readonly AccountView[],
  underlyings: readonly ShockedUnderlying[],
  { spotFactors, volFactors }: CascadeMoves,
): Promise<AccountsAt> {
  const { underlyingIndex } = on.market.table;
  const indices = underlyings.map(({ underlying }) => underlyingIndex.get(underlying) ?? -1);
  const moved = engine.movedMarket(
    on,
    indices.flatMap((underlying, at) => {
      const [spotFactor = NaN, volatilityFactor = NaN] = [spotFactors[at], volFactors[at]];
      return spotFactor === 1 && volatilityFactor === 1 ? [] : [{ underlying, spotFactor, volatilityFactor }];
    }),
  );
  const found = await margins.marginsOn(publishMarket(moved));
  const rows = risk.rowsOf(moved);
  const width = underlyings.length;
  const equityUsd = new Float64Array(accounts.length);
  const maintenanceMarginUsd = new Float64Array(accounts.length);
  const deltaCoins = new Float64Array(accounts.length * width);
  const own = new Float64Array(width);
  accounts.forEach((account, at) => {
    const margin = found.get(account.accountId);
    const usd = margin?.isMargined === true ? risk.currencyUsd(account, moved) : NaN;
    equityUsd[at] = (margin?.equity ?? NaN) * usd;
    maintenanceMarginUsd[at] = (margin?.maintenanceMargin ?? NaN) * usd;
    own.fill(0);
    if (rows !== undefined) risk.deltas.addTo(own, account.accountId, rows);
    indices.forEach((underlying, u) => (deltaCoins[at * width + u] = own[underlying] ?? NaN));
  });
  const accountIds = accounts.map(({ accountId }) => accountId);
  return { accountIds, equityUsd, maintenanceMarginUsd, deltaCoins };
}

function responseOf(
  result: CascadeResult,
  map: readonly LiquidationMapPoint[],
  underlyings: readonly ShockedUnderlying[],
  epoch: number,
): Buffer {
  const spotUsd = underlyings[0]?.spotUsd ?? NaN;
  const shockMessages = (spotShocks: readonly number[]): MarketShock[] =>
    underlyings.flatMap(({ underlying, volShock }, at) => {
      const spotShock = spotShocks[at] ?? NaN;
      return spotShock === 0 && volShock === 0 ? [] : [{ underlying, spotShock, volShock }];
    });
  return codec('margincube.v1.SimulateCascadeResponse').encode({
    finalShocks: shockMessages(result.finalSpotShocks),
    amplification: result.amplification,
    rounds: result.rounds.map(({ spotShocks, ...round }) => ({
      ...round,
      shocks: shockMessages(spotShocks),
    })),
    converged: result.isConverged,
    fundLossUsd: result.fundLossUsd,
    shares: result.shares.map((share) => ({ ...share })),
    epoch: String(epoch),
    alarm: result.isAlarm,
    firstShortfallUsd: result.firstShortfallUsd,
    finalShortfallUsd: result.finalShortfallUsd,
    unmarginedAccountCount: result.unmarginedAccounts,
    liquidationMap: map.map(({ spotShock, accounts, soldCoins, boughtCoins }) => ({
      ...{ spotShock, spotUsd: spotUsd * (1 + spotShock), liquidatedAccounts: accounts },
      ...{ soldCoins, boughtCoins },
    })),
  });
}

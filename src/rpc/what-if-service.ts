import { expected, failure, success } from '../domain/outcome.js';
import type { Failure, Outcome } from '../domain/outcome.js';
import type { Leg, MarginNumbers } from '../domain/simulation.js';
import type { ResolvedLeg } from '../engine/what-if-book.js';
import type { SimulateMarginResponse } from '../gen/margincube/v1/SimulateMarginResponse.js';
import { HEDGE_LEGS_MAX, LEGS_PER_PATH_MAX, QUANTITY_MAX } from '../limits.js';
import { hedgeCandidates } from '../live/what-if/hedge-candidates.js';
import { legFees } from '../live/what-if/leg-fees.js';
import { simulate } from '../live/what-if/simulate.js';
import type { Simulation } from '../live/what-if/simulate.js';
import { solveSize } from '../live/what-if/solve-size.js';
import { suggestHedges } from '../live/what-if/suggest-hedge.js';
import type { Market } from '../market/snapshot/market.js';
import { preciseNowMs } from '../pool/tasks.js';
import { optionalNumber } from '../wire/convert/fields.js';
import { changeToMessage, stateToMessage } from '../wire/convert/margin-state.js';
import { legsFromMessages } from '../wire/convert/simulation.js';
import { ORDER_SIDES } from '../domain/portfolio.js';
import { codec } from '../wire/schema.js';
import { decodeRequest } from './decode-request.js';
import { failed } from './errors.js';
import { orFail, referencedBook } from './referenced-book.js';
import type { ServerContext } from './server-context.js';
import type { CallScope } from './with-call.js';

const MICROS_PER_MILLISECOND = 1_000;
const HEDGE_LEGS_DEFAULT = 3;

/** MarginService.SimulateMargin. */
export function simulateMargin(context: ServerContext, request: Buffer, scope: CallScope): Buffer {
  const startedAtMs = preciseNowMs();
  const message = decodeRequest('margincube.v1.SimulateMarginRequest', request);
  const legs = orFail(legsFromMessages(message.legs));
  if (legs.length === 0 || legs.length > LEGS_PER_PATH_MAX) {
    const count = expected(`1 to ${String(LEGS_PER_PATH_MAX)} legs`, 'legs', legs.length);
    throw failed({ reason: 'LIMIT_EXCEEDED', field: 'legs', message: count });
  }
  const names = legs.map(({ instrument }) => instrument);
  const held = referencedBook(context, scope.caller, message.calculation, message.book, names);
  const resolved = orFail(resolveLegs(legs, held.market));
  const simulation = orFail(simulate(held, resolved));
  const includeComponents = message.includeComponents;
  const fees = legFees(held.market, resolved);
  const response: SimulateMarginResponse = {
    currency: held.book.before.currency,
    before: stateToMessage(simulation.before, includeComponents),
    after: stateToMessage(simulation.after, includeComponents),
    change: changeToMessage(simulation.before, simulation.after),
    peakOnPath: stateToMessage(simulation.peak, includeComponents),
    peakAfterLegs: simulation.peakAfterLegs,
    ...decisionOf(simulation),
    epoch: held.market.epoch,
    accountSeq: held.accountSeq,
    parameterHash: held.model.parameterHash,
    status: 'NUMBER_STATUS_EXACT',
    ...(fees === undefined ? {} : { fees }),
  };
  if (message.includeLiquidationPrices) {
    const prices = orFail(held.book.liquidationPricesAfter(resolved));
    response.liquidationPrices = prices.map((one) => ({ ...one, rootsUsd: [...one.rootsUsd] }));
  }
  response.timing = {
    queueMicros: Math.round((startedAtMs - scope.startedAtMs) * MICROS_PER_MILLISECOND),
    computeMicros: Math.round((preciseNowMs() - startedAtMs) * MICROS_PER_MILLISECOND),
  };
  return codec('margincube.v1.SimulateMarginResponse').encode(response);
}

/** Accepted where the initial margin is covered along the whole way, or where a shortfall only becomes smaller. */
function decisionOf({ before, peak, peakAfterLegs }: Simulation): Partial<SimulateMarginResponse> {
  if (peak.initialExcess >= 0) return { decision: 'CHECK_DECISION_ACCEPT' };
  const isCure = before.initialExcess < 0 && peakAfterLegs === 0;
  if (isCure) return { decision: 'CHECK_DECISION_ACCEPT' };
  const rejectCode = before.initialExcess < 0 ? 'REJECT_CODE_REDUCE_ONLY' : 'REJECT_CODE_INSUFFICIENT_IM';
  return { decision: 'CHECK_DECISION_REJECT', rejectCode };
}

/** MarginService.SolveSize. */
export function answerSolveSize(context: ServerContext, request: Buffer, { caller }: CallScope): Buffer {
  const message = decodeRequest('margincube.v1.SolveSizeRequest', request);
  const instrument = message.instrument;
  const side = orFail(sideOf(message.side));
  const minimum = orFail(finite(optionalNumber(message.minimumInitialExcess) ?? 0, 'minimumInitialExcess'));
  const step = optionalNumber(message.quantityStep);
  if (step !== undefined && !(step > 0 && step <= QUANTITY_MAX)) {
    const wanted = expected('a number > 0', 'quantityStep', step);
    throw failed({ reason: 'INVALID_VALUE', field: 'quantityStep', message: wanted });
  }
  const price = optionalNumber(message.limitPrice);
  const held = referencedBook(context, caller, message.calculation, message.book, [instrument]);
  const sign = side === 'BUY' ? 1 : -1;
  const trade = { instrument, quantity: sign, ...(price === undefined ? {} : { price }) };
  const [one] = orFail(resolveLegs([trade], held.market), ofOrder);
  if (one === undefined) throw new RangeError('a leg was given and none was found');
  const withSize = (size: number): Outcome<Simulation> => simulate(held, [{ ...one, quantity: sign * size }]);
  // The first size says what is wrong with the order; later ones differ in their size only.
  const { before } = orFail(withSize(step ?? 1), ofOrder);
  const solved = solveSize({
    excess: (size) => {
      if (size === 0) return before.initialExcess - minimum;
      // Without pending orders the model's own form for trades answers, which costs trades x scenarios only.
      const isAlone = held.pending.length === 0;
      const leg = { ...one, quantity: sign * size };
      const numbers = isAlone ? held.book.numbersAfter([leg]) : lastState(withSize(size));
      return numbers.ok ? numbers.value.initialExcess - minimum : NaN;
    },
    limit: QUANTITY_MAX,
    scale: Math.max(Math.abs(held.book.quantityOf(one.instrument)), step ?? 1),
    ...(step === undefined ? {} : { step }),
  });
  const after = solved.connected === 0 ? before : orFail(withSize(solved.connected)).after;
  return codec('margincube.v1.SolveSizeResponse').encode({
    quantity: solved.connected,
    boundedByLimit: solved.isBoundedByLimit,
    before: stateToMessage(before, false),
    after: stateToMessage(after, false),
    currency: held.book.before.currency,
    epoch: held.market.epoch,
    ...(solved.largest > solved.connected ? { largestQuantity: solved.largest } : {}),
  });
}

/** The state at the end of a simulation. */
function lastState(simulation: Outcome<Simulation>): Outcome<MarginNumbers> {
  return simulation.ok ? success(simulation.value.after) : simulation;
}

/** The path of a leg as the field of the one order. */
function ofOrder(inner: Failure): Failure {
  const field = inner.field.replace(/^legs\[0\]\.price$/, 'limitPrice').replace(/^legs\[0\]\./, '');
  return { ...inner, field };
}

/** MarginService.SuggestHedge. */
export function answerSuggestHedge(context: ServerContext, request: Buffer, { caller }: CallScope): Buffer {
  const message = decodeRequest('margincube.v1.SuggestHedgeRequest', request);
  const target = orFail(finite(optionalNumber(message.targetInitialExcess) ?? 0, 'targetInitialExcess'));
  const legsMax = message.legsMax;
  if (legsMax > HEDGE_LEGS_MAX) {
    const wanted = expected(`1 to ${String(HEDGE_LEGS_MAX)}, or 0`, 'legsMax', legsMax);
    throw failed({ reason: 'INVALID_VALUE', field: 'legsMax', message: wanted });
  }
  const names = message.candidates;
  const held = referencedBook(context, caller, message.calculation, message.book, names);
  const candidates = orFail(hedgeCandidates(held, names));
  const hedges = suggestHedges(held.book, candidates, target, legsMax === 0 ? HEDGE_LEGS_DEFAULT : legsMax);
  return codec('margincube.v1.SuggestHedgeResponse').encode({
    suggestions: hedges.map(({ legs, cost, after }) => ({
      legs: legs.map(({ instrument, quantity }) => ({
        instrument: held.market.table.instruments[instrument]?.name ?? '',
        quantity,
      })),
      cost,
      after: stateToMessage(after, false),
    })),
    before: stateToMessage(held.book.before, false),
    currency: held.book.before.currency,
    epoch: held.market.epoch,
  });
}

/** Legs with their rows in the market; failures name `legs[i]`. */
function resolveLegs(legs: readonly Leg[], market: Market): Outcome<ResolvedLeg[]> {
  const resolved: ResolvedLeg[] = [];
  for (const [index, { instrument, quantity, price }] of legs.entries()) {
    const row = market.table.instrumentIndex.get(instrument);
    if (row === undefined) {
      const field = `legs[${String(index)}].instrument`;
      return failure('UNKNOWN_INSTRUMENT', field, expected('an instrument of the market', field, instrument));
    }
    resolved.push({ instrument: row, quantity, ...(price === undefined ? {} : { price }) });
  }
  return success(resolved);
}

function sideOf(side: string | undefined): Outcome<(typeof ORDER_SIDES)[number]> {
  const word = ORDER_SIDES.find((one) => `SIDE_${one}` === side);
  if (word !== undefined) return success(word);
  return failure('MISSING_FIELD', 'side', expected('SIDE_BUY or SIDE_SELL', 'side', side));
}

function finite(value: number, field: string): Outcome<number> {
  if (Number.isFinite(value)) return success(value);
  return failure('INVALID_VALUE', field, expected('a finite number', field, value));
}

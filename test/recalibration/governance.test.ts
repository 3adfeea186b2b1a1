/** Proposals, approvals, the gate, the kill switch and the journal behind them. */
import { describe, expect, it } from 'vitest';
import { success, unwrap, type Outcome } from '../../src/domain/outcome.js';
import { openMemoryJournal, processEnvironment } from '../../src/journal/open-memory.js';
import type { Journal } from '../../src/journal/journal.js';
import { resolveModel } from '../../src/models/catalogue.js';
import {
  ParameterBoard,
  readParameterEvents,
  type ParameterLog,
  type ParameterWorld,
} from '../../src/recalibration/governance/parameter-board.js';
import type { ImpactSummary, ParameterEvent } from '../../src/recalibration/governance/parameter-events.js';
import {
  parametersInForce,
  parameterStateAt,
  type ParameterState,
  type Proposal,
} from '../../src/recalibration/governance/parameter-state.js';
import { checkPolicy, HOUSE_POLICY } from '../../src/recalibration/governance/policy.js';

const HOUR = 3_600_000;
const SET = 'house@btc-eth-2026-05';
const HARMLESS: ImpactSummary = {
  accountCount: 10,
  newCalls: 0,
  newCallAmountUsd: 0,
  newLiquidations: 0,
  newlyCalledEquityShare: 0,
  failedAccounts: 0,
  isWithinGate: true,
};
const HARMFUL = { ...HARMLESS, newCalls: 3, newlyCalledEquityShare: 0.2, isWithinGate: false };

function volatility(value: number): object {
  return { underlyings: { BTC: { dailyVolatility: value } } };
}

function boardOn(log?: ParameterLog, given: Partial<ParameterWorld> = {}) {
  const clock = { ms: 1_000 * HOUR };
  const effects: string[][] = [];
  let impact = HARMLESS;
  const board = new ParameterBoard(
    {
      now: () => clock.ms,
      resolve: (name, overrides) => resolveModel(overrides === undefined ? { name } : { name, overrides }),
      knownModels: ['house', 'derive-pm2'],
      preview: () => Promise.resolve(success(impact)),
      accountsCalled: () => 0,
      onEffective: (switches) => effects.push(switches.map(({ name }) => name)),
      ...given,
    },
    log,
  );
  const propose = (overrides: unknown, more: object = {}): Promise<Outcome<Proposal>> =>
    board.propose({
      ...{ name: 'house', overrides, rationale: 'it moved', idempotencyKey: '', proposedBy: 'ann' },
      ...more,
    });
  const approve = (proposalId: string, by: string, overrideReason = ''): Promise<Outcome<Proposal>> =>
    board.approve({ proposalId, by, overrideReason });
  const put = async (overrides: unknown, reason = ''): Promise<string> => {
    const { proposalId, effectiveAtMs } = unwrap(await propose(overrides));
    for (const by of ['bob', 'cy']) unwrap(await approve(proposalId, by, reason));
    clock.ms = effectiveAtMs;
    unwrap(await board.tick());
    return proposalId;
  };
  const setImpact = (next: ImpactSummary): void => {
    impact = next;
  };
  return { board, clock, effects, propose, approve, put, setImpact };
}

function fieldOf(outcome: Outcome<unknown>): string {
  return outcome.ok ? '' : `${outcome.failure.reason} ${outcome.failure.field}`;
}

describe('a proposal', () => {
  it('is in force after two approvals and its delay, and says so once', async () => {
    const { board, clock, effects, propose, approve } = boardOn();
    const proposal = unwrap(await propose(volatility(0.02)));
    expect(proposal).toMatchObject({
      name: SET,
      state: 'PROPOSED',
      effectiveAtMs: clock.ms + HOUR,
      changes: [{ id: 'underlyings.BTC.dailyVolatility', from: 0.0172, to: 0.02 }],
    });
    expect(unwrap(await approve(proposal.proposalId, 'bob')).state).toBe('PROPOSED');
    expect(unwrap(await approve(proposal.proposalId, 'cy')).state).toBe('APPROVED');
    unwrap(await board.tick());
    expect(parametersInForce(board.state, SET)).toBeUndefined();
    clock.ms += HOUR;
    unwrap(await board.tick());
    unwrap(await board.tick());
    expect(parametersInForce(board.state, SET)?.parameterHash).toBe(proposal.parameterHash);
    expect(effects).toEqual([[SET]]);
  });

  it('goes on from what is in force, number by number', async () => {
    const { board, clock, propose, put } = boardOn();
    await put(volatility(0.02));
    clock.ms += HOUR;
    const next = unwrap(await propose({ underlyings: { BTC: { gridRange: 0.17 } } }));
    expect(next.overrides).toEqual({ underlyings: { BTC: { dailyVolatility: 0.02, gridRange: 0.17 } } });
    expect(next.changes.map(({ id }) => id)).toEqual(['underlyings.BTC.gridRange']);
    expect(board.state.proposals.size).toBe(2);
  });

  it('is refused by the path of what is wrong, and nothing changes', async () => {
    const { board, clock, propose } = boardOn();
    const refusals: [unknown, object, string][] = [
      [volatility(NaN), {}, 'INVALID_PARAMETER parameters.underlyings.BTC.dailyVolatility'],
      [volatility(-1), {}, 'INVALID_PARAMETER parameters.underlyings.BTC.dailyVolatility'],
      [volatility(0.03), {}, 'INVALID_PARAMETER parameters.underlyings.BTC.dailyVolatility'],
      [volatility(0.0173), {}, 'INVALID_PARAMETER parameters.underlyings.BTC.dailyVolatility'],
      [volatility(0.0172), {}, 'INVALID_VALUE parameters'],
      [{ underlying: {} }, {}, 'INVALID_PARAMETER parameters.underlying'],
      [{ cashAsset: 'USDT' }, {}, 'UNSUPPORTED parameters.cashAsset'],
      [volatility(0.02), { name: 'house@nowhere' }, 'UNKNOWN_MODEL model'],
      [volatility(0.02), { rationale: '' }, 'MISSING_FIELD rationale'],
      [volatility(0.02), { proposedBy: '' }, 'MISSING_FIELD identity'],
      [volatility(0.02), { effectiveAtMs: clock.ms + HOUR - 1 }, 'INVALID_VALUE effectiveAt'],
      [volatility(0.02), { effectiveAtMs: NaN }, 'INVALID_VALUE effectiveAt'],
    ];
    const before = board.state;
    for (const [overrides, more, field] of refusals)
      expect(fieldOf(await propose(overrides, more))).toBe(field);
    expect(board.state).toBe(before);
    unwrap(await propose(volatility(0.02)));
    expect(fieldOf(await propose(volatility(0.0195)))).toBe('SEQUENCE_CONFLICT model');
    clock.ms -= 1;
    expect(fieldOf(await propose(volatility(0.0195)))).toBe('SEQUENCE_CONFLICT now');
  });

  it('that is repeated with its key is the same one, with other content refused', async () => {
    const { propose, board } = boardOn();
    const first = unwrap(await propose(volatility(0.02), { idempotencyKey: 'k' }));
    expect(unwrap(await propose(volatility(0.02), { idempotencyKey: 'k' })).proposalId).toBe(
      first.proposalId,
    );
    expect(fieldOf(await propose(volatility(0.019), { idempotencyKey: 'k' }))).toBe(
      'DUPLICATE idempotencyKey',
    );
    expect(board.state.proposals.size).toBe(1);
  });

  it('runs out when nobody approves it', async () => {
    const { board, clock, propose, approve } = boardOn();
    const { proposalId } = unwrap(await propose(volatility(0.02)));
    clock.ms += HOUSE_POLICY.expiryMs;
    unwrap(await board.tick());
    expect(board.state.proposals.get(proposalId)?.state).toBe('EXPIRED');
    expect(fieldOf(await approve(proposalId, 'bob'))).toBe('SEQUENCE_CONFLICT proposalId');
  });
});

describe('an approval', () => {
  it('counts once per identity, and never of who proposed', async () => {
    const { board, propose, approve } = boardOn();
    const { proposalId } = unwrap(await propose(volatility(0.02)));
    expect(fieldOf(await approve('none', 'bob'))).toBe('INVALID_VALUE proposalId');
    expect(fieldOf(await approve(proposalId, 'ann'))).toBe('DUPLICATE identity');
    unwrap(await approve(proposalId, 'bob'));
    const before = board.state;
    expect(fieldOf(await approve(proposalId, 'bob'))).toBe('DUPLICATE identity');
    expect(fieldOf(await approve(proposalId, ''))).toBe('MISSING_FIELD identity');
    expect(board.state).toBe(before);
  });

  it('passes the impact gate only with a reason, and not for ever', async () => {
    const { board, clock, propose, approve, setImpact } = boardOn();
    setImpact(HARMFUL);
    const { proposalId } = unwrap(await propose(volatility(0.02), { effectiveAtMs: clock.ms + 48 * HOUR }));
    expect(fieldOf(await approve(proposalId, 'bob'))).toBe('LIMIT_EXCEEDED overrideReason');
    for (const by of ['bob', 'cy']) unwrap(await approve(proposalId, by, 'a crash'));
    clock.ms += HOUSE_POLICY.overrideExpiryMs;
    unwrap(await board.tick());
    expect(board.state.proposals.get(proposalId)?.state).toBe('EXPIRED');
  });
});

describe('the kill switch', () => {
  it('stops every change of its model until it is released', async () => {
    const { board, clock, propose, approve } = boardOn();
    const { proposalId, effectiveAtMs } = unwrap(await propose(volatility(0.02)));
    for (const by of ['bob', 'cy']) unwrap(await approve(proposalId, by));
    const freeze = (isFrozen: boolean): ReturnType<ParameterBoard['freeze']> =>
      board.freeze({ modelId: 'house', isFrozen, reason: 'look', by: 'dee' });
    expect(unwrap(await freeze(true))).toEqual(['house']);
    clock.ms = effectiveAtMs;
    unwrap(await board.tick());
    expect(parametersInForce(board.state, SET)).toBeUndefined();
    expect(fieldOf(await propose(volatility(0.019)))).toBe('SEQUENCE_CONFLICT model');
    expect(unwrap(await freeze(false))).toEqual([]);
    unwrap(await board.tick());
    expect(parametersInForce(board.state, SET)?.proposalId).toBe(proposalId);
    const unknown = await board.freeze({ modelId: 'hose', isFrozen: true, reason: 'look', by: 'dee' });
    expect(fieldOf(unknown)).toBe('UNKNOWN_MODEL modelId');
  });

  it('takes back what was forced through the gate, unless a review has confirmed it', async () => {
    for (const isReviewed of [false, true]) {
      const { board, clock, put, setImpact, effects } = boardOn();
      const safe = await put(volatility(0.02));
      clock.ms += HOUR;
      setImpact(HARMFUL);
      const forced = await put(volatility(0.023), 'a crash');
      if (isReviewed) {
        clock.ms += HOUSE_POLICY.reviewAfterMs;
        unwrap(await board.tick());
        expect(board.state.proposals.get(forced)?.review).toEqual({ accountsCalled: 0, isConfirmed: true });
      }
      unwrap(await board.freeze({ modelId: '', isFrozen: true, reason: 'look', by: 'dee' }));
      expect(parametersInForce(board.state, SET)?.proposalId).toBe(isReviewed ? forced : safe);
      expect(effects).toHaveLength(isReviewed ? 2 : 3);
    }
  });
});

describe('the journal', () => {
  async function history(): Promise<{ journal: Journal; states: { atMs: number; state: ParameterState }[] }> {
    const recordClock = { ms: 0 };
    const journal = await openMemoryJournal(processEnvironment(() => recordClock.ms));
    const { board, clock, put, propose, setImpact } = boardOn(unwrapFence(await journal.fence(1)));
    const states: { atMs: number; state: ParameterState }[] = [];
    const note = (): void => {
      states.push({ atMs: clock.ms, state: board.state });
      clock.ms += HOUR;
    };
    let value = 0.0172;
    for (let step = 0; step < 6; step += 1) {
      setImpact(step % 2 === 0 ? HARMLESS : HARMFUL);
      value *= 1.1;
      await put(volatility(value), 'because');
      note();
      if (step === 3)
        unwrap(await board.freeze({ modelId: 'house', isFrozen: true, reason: 'x', by: 'dee' }));
      else clock.ms += HOUSE_POLICY.reviewAfterMs;
      unwrap(await board.tick());
      note();
      if (step === 3) unwrap(await board.freeze({ modelId: '', isFrozen: false, reason: 'x', by: 'dee' }));
      if (step === 3) value /= 1.1;
    }
    await propose(volatility(value * 0.9));
    note();
    return { journal, states };
  }

  it('gives every parameter at every time', async () => {
    const { journal, states } = await history();
    const events: ParameterEvent[] = [];
    for await (const event of readParameterEvents(journal)) events.push(event);
    expect(events.length).toBeGreaterThan(25);
    expect(states.length).toBe(13);
    for (const { atMs, state } of states)
      expect(parameterStateAt(events, atMs, HOUSE_POLICY.approvalsRequired)).toEqual(state);
  });

  it('brings a board back to where it was', async () => {
    const { journal, states } = await history();
    const { board } = boardOn();
    await board.recover(journal);
    expect(board.state).toEqual(states.at(-1)?.state);
  });

  it('that fails ends every further command, and what it did not take is not in force', async () => {
    const broken: ParameterLog = {
      append: () =>
        Promise.resolve({ ok: false, failure: { reason: 'STOPPED', message: 'the disk is full' } }),
    };
    const { board, propose } = boardOn(broken);
    expect(fieldOf(await propose(volatility(0.02)))).toBe('INTERNAL ');
    expect(fieldOf(await board.tick())).toBe('INTERNAL ');
    expect(board.state.proposals.size).toBe(0);
  });
});

it('a policy whose lower limit is above the upper is refused', () => {
  const policy = { ...HOUSE_POLICY, limits: { 'underlyings.BTC.gridRange': { lo: 0.5, hi: 0.1 } } };
  expect(fieldOf(checkPolicy(policy))).toBe('INVALID_PARAMETER limits.underlyings.BTC.gridRange.lo');
});

function unwrapFence<T>(outcome: Outcome<T, { readonly message: string }>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(outcome.failure.message);
}

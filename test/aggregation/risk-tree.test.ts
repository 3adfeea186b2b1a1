import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccountDeltas } from '../../src/aggregation/account-deltas.js';
import { aggregateRisk, type RiskQuestion } from '../../src/aggregation/aggregate-risk.js';
import { AGGREGATION_LEVELS } from '../../src/aggregation/account-tree.js';
import { RiskNode, UPDATES_PER_REBUILD } from '../../src/aggregation/risk-node.js';
import { DRIFT_MAX, changedPositions, RiskTree } from '../../src/aggregation/risk-tree.js';
import { unwrap } from '../../src/domain/outcome.js';
import { randomStream } from '../../src/measures/random.js';
import { rowsOf, unitsOf } from './support.js';

/** `MARGINCUBE_LONG=1` makes a million. */
const UPDATES = process.env.MARGINCUBE_LONG === '1' ? 1_000_000 : 20_000;
const INSTRUMENTS = 40;
const ACCOUNTS = 60;
const NOBODY = { parentAccountId: '', ownerId: '', groupId: '' };

const random = randomStream(11);
const spread = (): number => (random.uniform() - 0.5) * 10 ** (3 * random.uniform());
const rows = rowsOf(
  Array.from({ length: INSTRUMENTS }, (_, at) => ({
    name: `I${String(at)}`,
    underlying: at % 2 === 0 ? 'BTC' : 'ETH',
    bucket: at % 8,
    greeks: [spread(), spread(), spread(), spread()],
    value: Math.abs(spread()),
    notional: Math.abs(spread()),
    pnl: Array.from({ length: 20 }, spread),
  })),
);

/** Groups of owners of main accounts of sub-accounts. */
function placedTree(): { readonly tree: RiskTree; readonly accounts: readonly string[] } {
  const tree = new RiskTree();
  const accounts: string[] = [];
  for (let at = 0; at < ACCOUNTS; at += 1) {
    const accountId = `a${String(at)}`;
    const main = at % 3 === 0 ? '' : `a${String(at - (at % 3))}`;
    const ownerId = main === '' ? `o${String(at % 10)}` : '';
    const groupId = main === '' ? `g${String((at % 10) % 4)}` : '';
    unwrap(tree.place(accountId, { parentAccountId: main, ownerId, groupId }));
    accounts.push(accountId);
  }
  return { tree, accounts };
}

const ALL: RiskQuestion = {
  level: 'VENUE',
  keys: new Set(),
  underlyings: new Set(),
  health: new Set(),
  includeBuckets: true,
  includeScenarios: true,
  limit: 10_000,
};

describe('sums that follow changes', () => {
  it(`equal the sum of the parts to 1e-9 after ${UPDATES.toLocaleString('en')} updates of quantities from 1e-6 to 1e9`, () => {
    const { tree, accounts } = placedTree();
    // Asked before, so that they follow every change and are not made at the end.
    for (const level of AGGREGATION_LEVELS)
      for (const key of tree.members(level).keys()) tree.node(level, key)?.risk(rows);
    const seqs = new Map(accounts.map((accountId) => [accountId, 0]));
    for (let update = 0; update < UPDATES; update += 1) {
      const accountId = accounts[random.integer(ACCOUNTS)] ?? '';
      const seq = (seqs.get(accountId) ?? 0) + 1;
      seqs.set(accountId, seq);
      const size = Math.round(10 ** (15 * random.uniform())) * (random.uniform() < 0.5 ? -1 : 1);
      const units = random.uniform() < 0.2 ? 0n : BigInt(size) * 10n ** 12n;
      unwrap(tree.setPositions(accountId, seq, [[`I${String(random.integer(INSTRUMENTS))}`, units]]));
    }
    for (const level of AGGREGATION_LEVELS)
      for (const [key, members] of tree.members(level)) {
        const fresh = new RiskNode();
        for (const accountId of members)
          for (const [instrument, units] of tree.positionsOf(accountId)) fresh.change(instrument, 0n, units);
        const node = tree.node(level, key);
        expect(node?.held).toEqual(fresh.held);
        expect(node?.risk(rows).distance(fresh.risk(rows)) ?? NaN).toBeLessThanOrEqual(DRIFT_MAX);
      }
    const check = tree.check();
    expect(check).toMatchObject({ wrongNodes: 0, isSound: true });
    expect(check.drift).toBeLessThanOrEqual(DRIFT_MAX);
  });

  it('are made anew after a number of changes', () => {
    const node = new RiskNode();
    node.change('I0', 0n, unitsOf(1));
    const first = node.risk(rows);
    for (let k = 0; k < UPDATES_PER_REBUILD; k += 1)
      node.change('I0', unitsOf(1 + (k % 7)), unitsOf(1 + ((k + 1) % 7)));
    expect(node.risk(rows)).not.toBe(first);
    expect(node.driftMax).toBeLessThanOrEqual(DRIFT_MAX);
  });

  it('are restored by taking away what was added, and do not depend on the order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(INSTRUMENTS - 1), fc.integer({ min: -1e9, max: 1e9 })), { maxLength: 30 }),
        fc.integer(),
        (changes, seed) => {
          const build = (list: typeof changes): RiskNode => {
            const node = new RiskNode();
            for (const [at, size] of list) node.change(`I${String(at)}`, 0n, unitsOf(size));
            return node;
          };
          const node = build(changes);
          const before = node.risk(rows).scenarioPnlUsd();
          for (const [at, size] of changes) node.change(`I${String(at)}`, 0n, unitsOf(size / 3));
          for (const [at, size] of changes) node.change(`I${String(at)}`, unitsOf(size / 3), 0n);
          node
            .risk(rows)
            .scenarioPnlUsd()
            .forEach((value, s) => {
              expect(Math.abs(value - (before[s] ?? NaN))).toBeLessThanOrEqual(
                1e-9 * Math.max(1, Math.abs(value)),
              );
            });
          const order = randomStream(seed);
          const shuffled = [...changes].sort(() => order.uniform() - 0.5);
          const [one, other] = [build(shuffled), build(changes)];
          expect(one.risk(rows).distance(other.risk(rows))).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the tree of accounts', () => {
  it('divides the venue at every level', () => {
    const { tree, accounts } = placedTree();
    for (const [at, accountId] of accounts.entries())
      unwrap(tree.setPositions(accountId, 1, [[`I${String(at % INSTRUMENTS)}`, unitsOf(at - 30)]]));
    const venue = tree.node('VENUE', '')?.risk(rows);
    for (const level of AGGREGATION_LEVELS) {
      const keys = [...tree.members(level).keys()];
      const sum = (of: (key: string) => number): number => keys.reduce((total, key) => total + of(key), 0);
      expect(sum((key) => tree.node(level, key)?.risk(rows).greek(0, 0) ?? NaN)).toBeCloseTo(
        venue?.greek(0, 0) ?? NaN,
        8,
      );
      expect(sum((key) => tree.members(level).get(key)?.length ?? 0)).toBe(ACCOUNTS);
    }
    const source = { tree, rows, deltas: new AccountDeltas(tree), standingOf: () => undefined };
    const [whole] = aggregateRisk(source, ALL);
    const groups = aggregateRisk(source, { ...ALL, level: 'GROUP' });
    const shares = groups.reduce((sum, one) => sum + (one.componentExpectedShortfallUsd ?? NaN), 0);
    expect(shares).toBeCloseTo(whole?.componentExpectedShortfallUsd ?? NaN, 8);
    expect(whole?.concentration.crowding).toBeGreaterThan(0);
    expect(whole?.concentration.crowding).toBeLessThanOrEqual(1);
  });

  it('refuses a cycle, an orphan and a place that its relatives contradict, and stays as it was', () => {
    const tree = new RiskTree();
    unwrap(tree.place('main', { parentAccountId: '', ownerId: 'owner', groupId: 'group' }));
    unwrap(tree.place('sub', { ...NOBODY, parentAccountId: 'main' }));
    unwrap(tree.place('sub-sub', { ...NOBODY, parentAccountId: 'sub' }));
    unwrap(tree.update({ accountId: 'sub-sub', seq: 1, positions: [['I0', unitsOf(5)]] }));
    const before = structuredClone([...(tree.node('GROUP', 'group')?.held ?? [])]);
    const refusals = [
      tree.place('main', { ...NOBODY, parentAccountId: 'sub-sub' }),
      tree.place('main', { ...NOBODY, parentAccountId: 'main' }),
      tree.place('other', { ...NOBODY, parentAccountId: 'nobody' }),
      tree.place('sub', { ...NOBODY, parentAccountId: 'main', ownerId: 'someone' }),
      tree.place('second', { parentAccountId: '', ownerId: 'owner', groupId: 'elsewhere' }),
      tree.place('', NOBODY),
    ];
    expect(
      refusals.map((one) => (one.ok ? 'accepted' : `${one.failure.reason} ${one.failure.field}`)),
    ).toEqual([
      'INVALID_VALUE parentAccountId',
      'INVALID_VALUE parentAccountId',
      'UNKNOWN_ACCOUNT parentAccountId',
      'INVALID_VALUE ownerId',
      'INVALID_VALUE groupId',
      'INVALID_VALUE accountId',
    ]);
    expect(tree.pathOf('sub-sub')).toEqual(['sub-sub', 'main', 'owner', 'group', '']);
    expect(tree.has('other')).toBe(false);
    expect([...(tree.node('GROUP', 'group')?.held ?? [])]).toEqual(before);
  });

  it('are the same for what has changed as for the whole book', () => {
    const whole = new RiskTree();
    const changed = new RiskTree();
    for (const tree of [whole, changed]) unwrap(tree.place('a', NOBODY));
    const held = new Map<string, bigint>();
    for (let seq = 1; seq <= 400; seq += 1) {
      for (let change = random.integer(3); change > 0; change -= 1) {
        const instrument = `I${String(random.integer(6))}`;
        const what = random.uniform();
        if (what < 0.3) held.delete(instrument);
        else held.set(instrument, what < 0.5 ? 0n : unitsOf(random.integer(9) - 4));
      }
      const changes = changedPositions(changed.positionsOf('a'), held, (units) => units);
      unwrap(whole.update({ accountId: 'a', seq, positions: held }));
      unwrap(changed.setPositions('a', seq, changes));
      expect(new Map(changed.positionsOf('a'))).toEqual(new Map(whole.positionsOf('a')));
      expect(changed.node('VENUE', '')?.held).toEqual(whole.node('VENUE', '')?.held);
      expect(changedPositions(changed.positionsOf('a'), held, (units) => units)).toEqual([]);
    }
    expect(changed.check().isSound).toBe(true);
  });

  it('refuses updates of an account that has moved, that come out of order, twice or from nowhere', () => {
    const tree = new RiskTree();
    unwrap(tree.place('a', { ...NOBODY, ownerId: 'o', groupId: 'old' }));
    unwrap(tree.update({ accountId: 'a', seq: 3, groupId: 'old', positions: [['I0', unitsOf(2)]] }));
    unwrap(tree.place('a', { ...NOBODY, ownerId: 'o', groupId: 'new' }));
    const refusals = [
      tree.update({ accountId: 'a', seq: 4, groupId: 'old', positions: [] }),
      tree.update({ accountId: 'a', seq: 3, positions: [] }),
      tree.setPositions('a', 2, [['I0', 0n]]),
      tree.update({ accountId: 'a', seq: NaN, positions: [] }),
      tree.update({
        accountId: 'a',
        seq: 5,
        positions: [
          ['I0', 1n],
          ['I0', 2n],
        ],
      }),
      tree.update({ accountId: 'b', seq: 1, positions: [] }),
    ];
    expect(
      refusals.map((one) => (one.ok ? 'accepted' : `${one.failure.reason} ${one.failure.field}`)),
    ).toEqual([
      'SEQUENCE_CONFLICT groupId',
      'SEQUENCE_CONFLICT seq',
      'SEQUENCE_CONFLICT seq',
      'SEQUENCE_CONFLICT seq',
      'DUPLICATE positions',
      'UNKNOWN_ACCOUNT accountId',
    ]);
    expect(tree.node('GROUP', 'new')?.held.get('I0')).toEqual({ long: unitsOf(2), short: 0n });
    expect(tree.node('GROUP', 'old')).toBeUndefined();
    expect(tree.check()).toEqual({ wrongNodes: 0, drift: 0, isSound: true });
  });

  it('moves whole families and owners, and nothing gets lost on the way', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(ACCOUNTS - 1), fc.nat(ACCOUNTS - 1), fc.nat(4)), { maxLength: 40 }),
        (moves) => {
          const { tree, accounts } = placedTree();
          for (const [at, accountId] of accounts.entries())
            unwrap(tree.setPositions(accountId, 1, [[`I${String(at % INSTRUMENTS)}`, unitsOf(at - 20)]]));
          const venue = structuredClone(tree.node('VENUE', '')?.held);
          for (const [child, parent, kind] of moves) {
            const accountId = accounts[child] ?? '';
            if (kind === 0) tree.moveOwner(tree.pathOf(accountId)[2], `g${String(parent)}`);
            else if (kind === 1) tree.place(accountId, { ...NOBODY, ownerId: `o${String(parent)}` });
            else tree.place(accountId, { ...NOBODY, parentAccountId: accounts[parent] ?? '' });
          }
          expect(tree.check()).toMatchObject({ wrongNodes: 0, isSound: true });
          expect(tree.node('VENUE', '')?.held).toEqual(venue);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('answers for some underlyings and some steps of the ladder with the sums of those accounts', () => {
    const tree = new RiskTree();
    for (const [accountId, instrument] of [
      ['a', 'I0'],
      ['b', 'I1'],
      ['c', 'I0'],
    ] as const) {
      unwrap(tree.place(accountId, NOBODY));
      unwrap(tree.update({ accountId, seq: 1, positions: [[instrument, unitsOf(3)]] }));
    }
    const standing = { equityUsd: 50, initialMarginUsd: 100, maintenanceMarginUsd: 80 };
    const source = {
      tree,
      rows,
      deltas: new AccountDeltas(tree),
      standingOf: (accountId: string) =>
        accountId === 'b' ? undefined : { ...standing, health: accountId === 'a' ? 'CALL' : 'OK' },
    };
    const [onlyBtc] = aggregateRisk(source, { ...ALL, underlyings: new Set(['BTC']) });
    expect(onlyBtc).toMatchObject({
      accountCount: 2,
      unmarginedCount: 0,
      shortfallUsd: 60,
      initialMarginUsd: 200,
    });
    expect(onlyBtc?.greeks.map(({ underlying }) => underlying)).toEqual(['BTC']);
    const [onlyCalled] = aggregateRisk(source, { ...ALL, health: new Set(['CALL']) });
    expect(onlyCalled).toMatchObject({ accountCount: 1, equityUsd: 50 });
    expect(onlyCalled?.concentration).toMatchObject({ herfindahl: 1, top1Share: 1, crowding: 1 });
    const [everything] = aggregateRisk(source, ALL);
    expect(everything).toMatchObject({ accountCount: 3, unmarginedCount: 1 });
    expect(everything?.healthCounts).toEqual(
      new Map([
        ['CALL', 1],
        ['OK', 1],
      ]),
    );
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sizeConcentration } from '../../src/aggregation/concentration.js';
import type { NodeRisk } from '../../src/aggregation/risk-node.js';
import { contracts } from '../../src/aggregation/risk-node.js';
import { RiskTree } from '../../src/aggregation/risk-tree.js';
import { unwrap } from '../../src/domain/outcome.js';
import { vectorsFolder } from '../support/folders.js';
import { rowsOf, unitsOf } from './support.js';

interface VectorPosition {
  readonly account: string;
  readonly instrument: string;
  readonly underlying: string;
  readonly expiryDays: number;
  readonly moneyness: number;
  readonly qty: number;
  readonly delta: number;
  readonly gammaUsd: number;
  readonly vega: number;
  readonly price: number;
}

interface Vectors {
  readonly parent: Readonly<Record<string, string>>;
  readonly positions: readonly VectorPosition[];
  readonly nodes: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly buckets: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly openInterestLongShort: Readonly<Record<string, readonly [number, number]>>;
  readonly concentration: Readonly<Record<string, number>>;
  readonly netting: { readonly sumAbsAccountDeltaBTC: number; readonly absVenueDeltaBTC: number };
}

const folder = vectorsFolder();
const NONE: Vectors = {
  parent: {},
  positions: [],
  nodes: {},
  buckets: {},
  openInterestLongShort: {},
  concentration: {},
  netting: { sumAbsAccountDeltaBTC: NaN, absVenueDeltaBTC: NaN },
};
const vectors =
  folder === undefined
    ? NONE
    : (JSON.parse(readFileSync(join(folder, 'aggregation/aggregation.json'), 'utf8')) as Vectors);

const TOLERANCE = 1e-9;

/** The file states Greeks per position: every position is an instrument of its own. */
const nameOf = ({ account, instrument }: VectorPosition): string => `${account} ${instrument}`;

const expiryOf = (days: number): string =>
  days <= 7 ? 'short(<=7d)' : days <= 60 ? 'mid(8-60d)' : 'long(>60d)';
const bucketOf = ({ underlying, expiryDays, moneyness }: VectorPosition): string =>
  `${underlying}|${expiryOf(expiryDays)}|${moneyness.toFixed(1)}`;
const bucketNames = Object.keys(vectors.buckets);

const rows = rowsOf(
  vectors.positions.map((position) => ({
    name: nameOf(position),
    underlying: position.underlying,
    bucket: bucketNames.indexOf(bucketOf(position)),
    greeks: [position.delta, position.gammaUsd, position.vega, 0],
    value: position.price,
    notional: position.price,
    pnl: [],
  })),
);

function builtTree(positions: readonly VectorPosition[]): RiskTree {
  const tree = new RiskTree();
  const accounts = [...new Set(positions.map(({ account }) => account))];
  for (const account of accounts) {
    const place = { parentAccountId: '', ownerId: '', groupId: vectors.parent[account] ?? '' };
    unwrap(tree.place(account, place));
    const own = positions.filter((position) => position.account === account);
    unwrap(
      tree.update({
        accountId: account,
        seq: 1,
        positions: own.map((position) => [nameOf(position), unitsOf(position.qty)] as const),
      }),
    );
  }
  return tree;
}

const nodeRisk = (tree: RiskTree, name: string): NodeRisk => {
  const level = name === 'V' ? 'VENUE' : name.startsWith('P') ? 'GROUP' : 'SUB_ACCOUNT';
  const node = tree.node(level, name === 'V' ? '' : name);
  if (node === undefined) throw new Error(`no node ${name}`);
  return node.risk(rows);
};

const close = (actual: number, expected: number): void => {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(TOLERANCE);
};

describe.skipIf(folder === undefined)('published sums of a tree of accounts', () => {
  const tree = builtTree(vectors.positions);
  const [btc, eth] = [rows.underlyings.indexOf('BTC'), rows.underlyings.indexOf('ETH')];

  it.each(Object.entries(vectors.nodes))('node %s', (name, expected) => {
    const risk = nodeRisk(tree, name);
    close(risk.greek(btc, 0), expected.deltaBTC ?? NaN);
    close(risk.greek(eth, 0), expected.deltaETH ?? NaN);
    close(risk.greek(btc, 1) + risk.greek(eth, 1), expected.gammaUsd ?? NaN);
    close(risk.greek(btc, 2) + risk.greek(eth, 2), expected.vega ?? NaN);
    close(risk.valueUsd, expected.mtm ?? NaN);
    close(risk.notionalUsd, expected.gross ?? NaN);
  });

  it.each(Object.entries(vectors.buckets))('bucket %s', (name, expected) => {
    const venue = nodeRisk(tree, 'V');
    close(venue.bucketGreek(bucketNames.indexOf(name), 0), expected.delta ?? NaN);
    close(venue.bucketGreek(bucketNames.indexOf(name), 2), expected.vega ?? NaN);
  });

  it('open interest, long and short', () => {
    const held = tree.node('VENUE', '')?.held ?? new Map<string, { long: bigint; short: bigint }>();
    for (const [instrument, [long, short]] of Object.entries(vectors.openInterestLongShort)) {
      const own = [...held].filter(([name]) => name.endsWith(` ${instrument}`));
      close(contracts(own.reduce((sum, [, quantity]) => sum + quantity.long, 0n)), long);
      close(contracts(own.reduce((sum, [, quantity]) => sum + quantity.short, 0n)), short);
    }
  });

  it('concentration of the eight accounts', () => {
    const accounts = Object.keys(vectors.nodes).filter((name) => name.startsWith('a'));
    const found = sizeConcentration(accounts.map((name) => nodeRisk(tree, name).notionalUsd));
    close(found.herfindahl, vectors.concentration.grossHHI ?? NaN);
    close(found.top1Share, vectors.concentration.top1Share ?? NaN);
    close(found.top3Share, vectors.concentration.top3Share ?? NaN);
  });

  it('netting of delta', () => {
    const accounts = Object.keys(vectors.nodes).filter((name) => name.startsWith('a'));
    const gross = accounts.reduce((sum, name) => sum + Math.abs(nodeRisk(tree, name).greek(btc, 0)), 0);
    close(gross, vectors.netting.sumAbsAccountDeltaBTC);
    close(Math.abs(nodeRisk(tree, 'V').greek(btc, 0)), vectors.netting.absVenueDeltaBTC);
  });

  it('the same bits in any order', () => {
    const reversed = builtTree([...vectors.positions].reverse());
    for (const name of Object.keys(vectors.nodes))
      expect(nodeRisk(reversed, name).distance(nodeRisk(tree, name))).toBe(0);
  });
});

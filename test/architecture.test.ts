/** The import arrows, sizes and banned calls of the house, checked over every tracked file. */
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { importsOf, lineOf, parse, readTracked, trackedFiles, visit } from './support/sources.js';
import type { Import } from './support/sources.js';

/**
 * What each room may import, from the lowest room to the highest; `ARCHITECTURE.md` draws the same arrows. A room may always
 * import itself.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  kernel: [],
  journal: ['domain'],
  market: ['domain', 'kernel'],
  measures: ['domain', 'kernel'],
  scenarios: ['domain', 'kernel', 'measures'],
  models: ['domain', 'scenarios', 'measures'],
  engine: ['models', 'market', 'scenarios', 'measures', 'kernel', 'domain'],
  aggregation: ['engine', 'models', 'market', 'scenarios', 'measures', 'kernel', 'domain'],
  synthetic: ['engine', 'market', 'measures', 'kernel', 'domain'],
  wire: ['domain'],
  pool: ['wire', 'domain'],
  reserves: ['domain', 'kernel'],
  recalibration: ['journal', 'engine', 'models', 'scenarios', 'market', 'measures', 'kernel', 'domain'],
  live: [
    'recalibration',
    'pool',
    'engine',
    'models',
    'scenarios',
    'market',
    'journal',
    'reserves',
    'kernel',
    'domain',
  ],
  batch: ['pool', 'engine', 'models', 'market', 'kernel', 'domain'],
  config: [],
  access: ['domain'],
  observability: [],
  rpc: [
    'live',
    'recalibration',
    'aggregation',
    'journal',
    'reserves',
    'pool',
    'wire',
    'engine',
    'models',
    'market',
    'kernel',
    'access',
    'config',
    'observability',
    'domain',
  ],
  client: ['wire', 'domain'],
  conformance: ['engine', 'models', 'market', 'domain'],
  backtest: ['engine', 'models', 'market', 'measures', 'kernel', 'domain'],
  credit: ['engine', 'models', 'market', 'domain'],
  replay: [
    'live',
    'backtest',
    'synthetic',
    'aggregation',
    'engine',
    'models',
    'market',
    'measures',
    'kernel',
    'domain',
  ],
};

/** Files with more doors than their room: a worker thread is where running and worth meet. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  'src/pool/worker-entry.ts': ['engine', 'models', 'market', 'kernel'],
};

const HEIGHT = Object.keys(ARROWS);

/** Rooms at the top: they may import every room below. */
const TOP = ['cli', 'index', 'main'];

/** Rooms that any room may import. */
const EVERYWHERE = ['limits', 'package-root', 'gen'];

/** Types that any room above them may import: they describe data that crosses threads and seams. */
const OPEN_TYPES = [
  /^src\/market\/snapshot\//,
  /^src\/market\/volatility\/calibrate-market\.ts$/,
  /^src\/market\/volatility\/calibration\/calibration-types\.ts$/,
  /^src\/market\/feed\/market-update\.ts$/,
  /^src\/kernel\/layout\.ts$/,
  /^src\/engine\/margin-engine-types\.ts$/,
  /^src\/observability\//,
];

/** Rooms whose answers depend on nothing but their inputs: same inputs, same bits. */
const PURE_ROOMS = [
  'domain',
  'kernel',
  'journal',
  'market',
  'measures',
  'scenarios',
  'models',
  'engine',
  'backtest',
  'credit',
  'recalibration',
  'reserves',
  'aggregation',
  'replay',
];

/** One idea fits in this many lines; tables of numbers and generated code are exempt. */
const FILE_LINES_MAX = 400;

const tracked = trackedFiles();
const sources = tracked.filter((file) => /^src\/.*\.ts$/.test(file));
const handWritten = tracked.filter((file) => !file.startsWith('src/gen/'));
const texts = handWritten.filter((file) => !/\.(gz|png|ico|node)$/.test(file));

/** `src/market/snapshot/market.ts` is in `market`, `src/limits.ts` is in `limits`. */
function roomOf(file: string): string {
  const [, room = ''] = file.split('/');
  return room.replace(/\.ts$/, '');
}

function mayImport({ from, to, isTypeOnly }: Import): boolean {
  const room = roomOf(from);
  const other = roomOf(to);
  if (room === other || EVERYWHERE.includes(other)) return true;
  const isAbove = HEIGHT.indexOf(room) > HEIGHT.indexOf(other);
  if (isTypeOnly && isAbove && OPEN_TYPES.some((pattern) => pattern.test(to))) return true;
  return TOP.includes(room) || [...(ARROWS[room] ?? []), ...(DOORS[from] ?? [])].includes(other);
}

describe('rooms', () => {
  const imports = sources.flatMap(importsOf);

  it('import downward only', () => {
    const wrong = imports.filter((found) => found.to.startsWith('src/') && !mayImport(found));
    expect(wrong.map(({ from, line, to }) => `${from}:${String(line)} imports ${to}`)).toEqual([]);
  });

  it('are all known', () => {
    const known = [...Object.keys(ARROWS), ...EVERYWHERE, ...TOP];
    expect([...new Set(sources.map(roomOf))].filter((room) => !known.includes(room))).toEqual([]);
  });

  it('say what they are for, and stand in the plan of the house', () => {
    const rooms = [...new Set(sources.filter((file) => file.split('/').length > 2).map(roomOf))];
    const plan = readTracked('ARCHITECTURE.md');
    for (const room of rooms) {
      expect(plan, `src/${room}`).toContain(`\`src/${room}\``);
      if (room !== 'gen') expect(tracked).toContain(`src/${room}/README.md`);
    }
  });

  it('have no import cycles', () => {
    const edges = new Map<string, string[]>();
    for (const { from, to, isTypeOnly } of imports) {
      if (!isTypeOnly) edges.set(from, [...(edges.get(from) ?? []), to]);
    }
    expect(findCycle(edges)).toBeUndefined();
  });

  it('that are pure call no clock and no unseeded random numbers', () => {
    const found = sources.filter((file) => PURE_ROOMS.includes(roomOf(file))).flatMap(impureCalls);
    expect(found).toEqual([]);
  });
});

/** A chain of value imports that comes back to its start. */
function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): string[] | undefined => {
    const seen = path.indexOf(file);
    if (seen >= 0) return [...path.slice(seen), file];
    if (done.has(file)) return undefined;
    for (const next of edges.get(file) ?? []) {
      const cycle = walk(next, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of edges.keys()) {
    const cycle = walk(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

const IMPURE = new Set(['Math.random', 'Date.now', 'performance.now', 'process.hrtime', 'crypto.randomUUID']);

function impureCalls(file: string): string[] {
  const source = parse(file);
  const found: string[] = [];
  visit(source, (node) => {
    if (ts.isPropertyAccessExpression(node) && IMPURE.has(node.getText(source))) {
      found.push(`${file}:${String(lineOf(source, node))} ${node.getText(source)}`);
    }
    const isBareDate =
      (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
      node.expression.getText(source) === 'Date' &&
      (node.arguments?.length ?? 0) === 0;
    if (isBareDate) found.push(`${file}:${String(lineOf(source, node))} reads the clock`);
  });
  return found;
}

/** Lines that match, as `file:line`. */
function matchingLines(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    readTracked(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${String(index + 1)} ${line.trim()}`] : [])),
  );
}

describe('files', () => {
  it(`hold one idea: at most ${String(FILE_LINES_MAX)} lines`, () => {
    const code = handWritten.filter(
      (file) => /\.(ts|js|mjs|cc|h|proto)$/.test(file) && !/[-.]table\./.test(file),
    );
    const long = code
      .filter((file) => !file.startsWith('proto/google/'))
      .map((file) => ({ file, lines: readTracked(file).split('\n').length }))
      .filter(({ lines }) => lines > FILE_LINES_MAX);
    expect(long).toEqual([]);
  });

  // The patterns are spelled so that they do not find themselves.
  it('name no path of a machine', () => {
    const local = /(^|[^\w.@-])\/(w[o]rk|f[a]rm|h[o]me\/\w|r[o]ot\/|U[s]ers\/|t[m]p\/\w)/;
    expect(matchingLines(texts, local)).toEqual([]);
  });

  it('name no package registry', () => {
    expect(
      matchingLines(
        texts,
        /r[e]gistry\.(npmjs|yarnpkg)|https?:\/\/[^/\s]*(r[e]gistry|a[r]tifactory|n[e]xus)/,
      ),
    ).toEqual([]);
    expect(matchingLines(['package-lock.json'], /"r[e]solved": "https?:/)).toEqual([]);
  });

  it('silence no check and skip no test', () => {
    const code = handWritten.filter((file) => /\.(ts|js|mjs)$/.test(file));
    const silenced =
      /eslint-d[i]sable|@ts-(i[g]nore|n[o]check|e[x]pect-error)|prettier-i[g]nore|\bas a[n]y\b/;
    const skipped = /\b(it|test|describe)\.(o[n]ly|t[o]do|s[k]ip)\b/;
    expect(matchingLines(code, silenced)).toEqual([]);
    expect(matchingLines(code, skipped)).toEqual([]);
  });

  it('that are Markdown have one title', () => {
    const titles = tracked
      .filter((file) => file.endsWith('.md'))
      .map((file) => ({ file, count: headings(readTracked(file)) }));
    expect(titles.filter(({ count }) => count !== 1)).toEqual([]);
  });
});

function headings(markdown: string): number {
  const outsideFences = markdown.replace(/^```[\s\S]*?^```/gm, '');
  return outsideFences.split('\n').filter((line) => line.startsWith('# ')).length;
}

/**
 * Reduces the recorded Deribit chains (one a day) to factor levels: `node scripts/reduce-panel.mjs [--check]` reads the Parquet file
 * below MARGINCUBE_DATA and writes src/scenarios/panel/deribit-panel-2026.json, or compares with it.
 *
 * Per day and underlying: index price; at-the-money volatility of every expiry by linear interpolation of out-of-the-money implied
 * volatilities at the forward, in log-moneyness, then linear in total variance in 7, 30 and 90 days; slope of the volatility's parabola
 * and ln(forward / index) / T linear in time in 30 days. The forward of an expiry is the median of its rows.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const root = path.resolve(import.meta.dirname, '..');
const target = path.join(root, 'src/scenarios/panel/deribit-panel-2026.json');
const data = process.env.MARGINCUBE_DATA ?? path.resolve(root, '../shared/data');
const source = path.join(data, 'deribit-panel/deribit_daily_panel_20251230_20260531.parquet');

const SECONDS_PER_YEAR = 365 * 86_400;
const TENORS_DAYS = [7, 30, 90];
const SURFACE_TENOR_DAYS = 30;
/** Reach of the parabola whose slope is the skew, standard deviations of log-moneyness. */
const SKEW_REACH = 1.5;

const round = (value, digits) => Number(value.toFixed(digits));

async function readChains() {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const found = await connection.runAndReadAll(`
    SELECT currency, strftime(timestamp::TIMESTAMP, '%Y-%m-%d') AS day, epoch(timestamp::TIMESTAMP) AS now,
      epoch(expiry_datetime::TIMESTAMP) AS expiry, index_price AS index, underlying_price AS forward, strike,
      option_type AS type, implied_volatility AS volatility
    FROM read_parquet('${source.replaceAll("'", "''")}')
    ORDER BY currency, day, expiry, strike, option_type`);
  return found.getRowObjects();
}

/** Of an even number the mean of the middle two. */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function grouped(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

/** Volatility at the forward, slope per standard deviation, basis and years of one expiry; undefined where it says nothing. */
function sliceOf(rows, index) {
  const [{ now, expiry }] = rows;
  const forward = median(rows.map((row) => row.forward));
  const years = (expiry - now) / SECONDS_PER_YEAR;
  const smile = rows
    .filter(({ strike, type, volatility }) => volatility > 0 && (type === 'call') === strike >= forward)
    .map(({ strike, volatility }) => ({ moneyness: Math.log(strike / forward), volatility }));
  const above = smile.findIndex(({ moneyness }) => moneyness >= 0);
  if (!(years > 0) || above <= 0) return undefined;
  const [low, high] = [smile[above - 1], smile[above]];
  const share = -low.moneyness / (high.moneyness - low.moneyness);
  const atTheMoney = low.volatility + share * (high.volatility - low.volatility);
  const points = smile
    .map(({ moneyness, volatility }) => [
      moneyness / (atTheMoney * Math.sqrt(years)),
      volatility / atTheMoney,
    ])
    .filter(([x]) => Math.abs(x) <= SKEW_REACH);
  return { years, atTheMoney, skew: parabolaSlope(points), basis: Math.log(forward / index) / years };
}

/** Least squares of y = a + b x + c x^2: b; undefined below three points. */
function parabolaSlope(points) {
  if (points.length < 3) return undefined;
  const m = Array.from({ length: 3 }, () => [0, 0, 0, 0]);
  for (const [x, y] of points)
    for (let i = 0; i < 3; i += 1) {
      for (let j = 0; j < 3; j += 1) m[i][j] += x ** (i + j);
      m[i][3] += y * x ** i;
    }
  for (let i = 0; i < 3; i += 1)
    for (let k = 0; k < 3; k += 1) {
      if (k === i) continue;
      const by = m[k][i] / m[i][i];
      for (let j = i; j < 4; j += 1) m[k][j] -= by * m[i][j];
    }
  return m[1][3] / m[1][1];
}

/** Between expiries linear in what `of` gives, flat beyond. */
function atTenor(slices, days, of, back = (value) => value) {
  const years = days / 365;
  const usable = slices.filter((slice) => of(slice) !== undefined);
  const above = usable.findIndex((slice) => slice.years >= years);
  if (above === 0) return back(of(usable[0]), usable[0].years);
  if (above < 0) return back(of(usable.at(-1)), usable.at(-1).years);
  const [low, high] = [usable[above - 1], usable[above]];
  const share = (years - low.years) / (high.years - low.years);
  return back(of(low) + share * (of(high) - of(low)), years);
}

function levelsOf(day, rows) {
  const slices = [...grouped(rows, ({ expiry }) => expiry).values()]
    .map((own) => sliceOf(own, rows[0].index))
    .filter((s) => s !== undefined);
  const volatility = (days) =>
    atTenor(
      slices,
      days,
      ({ atTheMoney, years }) => atTheMoney ** 2 * years,
      (variance, years) => Math.sqrt(variance / years),
    );
  return [
    day,
    rows[0].index,
    ...TENORS_DAYS.map((days) => round(volatility(days), 6)),
    round(
      atTenor(slices, SURFACE_TENOR_DAYS, ({ skew }) => skew),
      6,
    ),
    round(
      atTenor(slices, SURFACE_TENOR_DAYS, ({ basis }) => basis),
      6,
    ),
  ];
}

const committed = JSON.parse(readFileSync(target, 'utf8'));
const underlyings = {};
for (const [name, rows] of grouped(await readChains(), ({ currency }) => currency))
  underlyings[name] = [...grouped(rows, ({ day }) => day)].map(([day, own]) => levelsOf(day, own));

if (process.argv.includes('--check')) {
  const worst = [0, 0, 0, 0, 0, 0];
  let days = 0;
  for (const [name, rows] of Object.entries(committed.underlyings)) {
    for (const [at, row] of rows.entries()) {
      const own = underlyings[name]?.[at] ?? [];
      if (own[0] !== row[0]) throw new Error(`${name}: expected ${row[0]} but the chains have ${own[0]}`);
      days += 1;
      for (let k = 1; k < row.length; k += 1)
        worst[k - 1] = Math.max(worst[k - 1], Math.abs(own[k] - row[k]));
    }
  }
  process.stdout.write(`${days} days compared, largest differences ${worst.join(' ')}\n`);
  if (worst.some((difference) => !(difference <= 1e-6))) process.exitCode = 1;
} else {
  const { id, source: origin, method, columns } = committed;
  const table = Object.entries(underlyings).map(
    ([name, rows]) =>
      `    ${JSON.stringify(name)}: [\n${rows.map((row) => `      ${JSON.stringify(row).replaceAll(',', ', ')}`).join(',\n')}\n    ]`,
  );
  const head = JSON.stringify({ id, source: origin, method, columns }, null, 2).slice(0, -2);
  writeFileSync(target, `${head},\n  "underlyings": {\n${table.join(',\n')}\n  }\n}\n`);
}

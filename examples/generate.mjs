/**
 * Writes `market.json` and `portfolios.json`: a small synthetic market of BTC and ETH and the books of fourteen accounts. Every
 * number is drawn from the seed below; the same seed gives the same files. `node examples/generate.mjs [FOLDER]` in a checkout
 * that is built; the folder is this one.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { portfolioToJson, snapshotToJson } from 'margincube';

const SEED = 20_260_115;
const TIME_MS = Date.UTC(2026, 0, 15, 9);
const EXPIRIES_MS = [
  Date.UTC(2026, 0, 16, 8),
  Date.UTC(2026, 0, 30, 8),
  Date.UTC(2026, 1, 27, 8),
  Date.UTC(2026, 2, 27, 8),
  Date.UTC(2026, 5, 26, 8),
];
const YEAR_MS = 365 * 86_400_000;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

const COINS = [
  { name: 'BTC', indexPrice: 96_650, strikeStep: 2_000, volatility: 0.42, contractSize: 10 },
  { name: 'ETH', indexPrice: 3_336, strikeStep: 100, volatility: 0.6, contractSize: 1 },
];
/** Strikes on each side of the one at the money. */
const STRIKES_PER_SIDE = 6;

/** Uniform numbers in [0, 1) (mulberry32). */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const uniform = generator(SEED);
const between = (low, high) => low + (high - low) * uniform();
const round = (value, digits) => Number(value.toFixed(digits));

/** `27MAR26`, as Deribit writes it. */
function dayCode(ms) {
  const date = new Date(ms);
  return `${date.getUTCDate()}${MONTHS[date.getUTCMonth()]}${String(date.getUTCFullYear()).slice(2)}`;
}

/** `20260327`, as Derive writes it. */
function isoCode(ms) {
  return new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');
}

/**
 * A slice without arbitrage: SSVI with phi = eta / sqrt(theta), eta^2 (1 + |rho|) <= 4, written as raw SVI.
 * theta is the total variance at the money.
 */
function smile(volatility, years) {
  const theta = volatility ** 2 * years;
  const rho = between(-0.35, -0.15);
  const phi = between(0.9, 1.3) / Math.sqrt(theta);
  return {
    kind: 'SVI',
    a: round((theta / 2) * (1 - rho ** 2), 9),
    b: round((theta * phi) / 2, 9),
    rho: round(rho, 6),
    m: round(-rho / phi, 9),
    sigma: round(Math.sqrt(1 - rho ** 2) / phi, 9),
  };
}

function expiryQuote({ name, indexPrice, volatility }, expiryMs) {
  const years = (expiryMs - TIME_MS) / YEAR_MS;
  const basis = between(0.035, 0.06);
  return {
    underlying: name,
    expiryMs,
    forward: round(indexPrice * Math.exp(basis * years), 2),
    forwardConfidence: 1,
    rate: 0.04,
    rateConfidence: 1,
    volatility: smile(volatility * between(0.95, 1.05), years),
    volatilityConfidence: 1,
  };
}

const quotes = COINS.flatMap((coin) => EXPIRIES_MS.map((expiryMs) => expiryQuote(coin, expiryMs)));

function inverse(coin) {
  return { underlying: coin.name, settlement: 'INVERSE', settlementCurrency: coin.name };
}

function linear(coin) {
  return { underlying: coin.name, settlement: 'LINEAR', settlementCurrency: 'USDC', contractSize: 1 };
}

function options(coin, { expiryMs, forward }) {
  const middle = Math.round(forward / coin.strikeStep);
  const listed = [];
  for (let step = -STRIKES_PER_SIDE; step <= STRIKES_PER_SIDE; step++) {
    const strike = (middle + step) * coin.strikeStep;
    for (const [letter, optionType] of [
      ['C', 'CALL'],
      ['P', 'PUT'],
    ]) {
      const terms = { kind: 'OPTION', expiryMs, strike, optionType };
      const name = `${coin.name}-${dayCode(expiryMs)}-${strike}-${letter}`;
      listed.push({ instrument: { name, ...terms, ...inverse(coin), contractSize: 1 } });
      // Derive lists BTC options with the same terms, paid in USDC.
      if (coin.name !== 'BTC') continue;
      listed.push({
        instrument: { name: `BTC-${isoCode(expiryMs)}-${strike}-${letter}`, ...terms, ...linear(coin) },
      });
    }
  }
  return listed;
}

function deltaOne(coin) {
  const perpetualPrice = round(coin.indexPrice * (1 + between(-0.0004, 0.0006)), 2);
  const futures = quotes
    .filter(({ underlying }) => underlying === coin.name)
    .map(({ expiryMs, forward }) => ({
      instrument: {
        name: `${coin.name}-${dayCode(expiryMs)}`,
        kind: 'FUTURE',
        expiryMs,
        ...inverse(coin),
        contractSize: coin.contractSize,
      },
      markPrice: forward,
      priceConfidence: 1,
    }));
  const perpetual = (name, terms) => ({
    instrument: { name, kind: 'PERPETUAL', ...terms },
    markPrice: perpetualPrice,
    priceConfidence: 1,
  });
  return [
    perpetual(`${coin.name}-PERPETUAL`, { ...inverse(coin), contractSize: coin.contractSize }),
    perpetual(`${coin.name}-PERP`, linear(coin)),
    ...futures,
  ];
}

const market = {
  epoch: 1,
  timeMs: TIME_MS,
  venue: 'sample',
  underlyings: COINS.map(({ name, indexPrice }) => ({ name, indexPrice, confidence: 1 })),
  assets: [
    ...COINS.map(({ name, indexPrice }) => ({ asset: name, priceUsd: indexPrice, confidence: 1 })),
    { asset: 'USDC', priceUsd: 0.9999, confidence: 1 },
  ],
  expiries: quotes,
  instruments: COINS.flatMap((coin) => [
    ...deltaOne(coin),
    ...quotes.filter(({ underlying }) => underlying === coin.name).flatMap((quote) => options(coin, quote)),
  ]),
};

const DECIMALS = { BTC: 8, ETH: 8, USDC: 6 };

function balance(asset, coins) {
  return { asset, units: String(Math.round(coins * 10 ** DECIMALS[asset])), decimals: DECIMALS[asset] };
}

function portfolio(accountId, positions, balances) {
  return {
    accountId,
    positions: positions.map(([instrument, quantity, terms]) => ({ instrument, quantity, ...terms })),
    balances: balances.map(([asset, coins]) => balance(asset, coins)),
    openOrders: [],
    mmpGroups: [],
  };
}

/** Entry of a future or perpetual; its unrealised P&L follows from the mark. */
function entered(averageEntryPrice) {
  return { averageEntryPrice };
}

/** A dealer's book: options of one coin, long and short by chance, hedged with the perpetual. */
function dealer(accountId, coin, positionCount) {
  const listed = market.instruments
    .map(({ instrument }) => instrument)
    .filter((one) => one.kind === 'OPTION' && one.underlying === coin && one.settlement === 'INVERSE');
  const chosen = listed
    .map((instrument) => ({ name: instrument.name, key: uniform() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, positionCount)
    .map(({ name }) => [name, round(between(0.1, 8) * (uniform() < 0.5 ? -1 : 1), 1)]);
  return portfolio(
    accountId,
    [...chosen, [`${coin}-PERPETUAL`, Math.round(between(-20_000, 20_000))]],
    [[coin, 60]],
  );
}

const portfolios = [
  portfolio(
    'straddle-perp-hedged',
    [
      ['BTC-27MAR26-98000-C', -5],
      ['BTC-27MAR26-98000-P', -5],
      ['BTC-PERPETUAL', 4_800],
    ],
    [['BTC', 6]],
  ),
  portfolio('covered-call', [['BTC-27FEB26-104000-C', -10]], [['BTC', 10]]),
  portfolio(
    'call-spread',
    [
      ['ETH-27MAR26-3400-C', 50],
      ['ETH-27MAR26-3800-C', -50],
    ],
    [['ETH', 12]],
  ),
  dealer('dealer-btc', 'BTC', 40),
  portfolio(
    'iron-condor-usdc',
    [
      ['BTC-20260227-90000-P', 4],
      ['BTC-20260227-94000-P', -4],
      ['BTC-20260227-102000-C', -4],
      ['BTC-20260227-106000-C', 4],
    ],
    [['USDC', 40_000]],
  ),
  portfolio(
    'protected-perp-usdc',
    [
      ['BTC-PERP', 3],
      ['BTC-20260130-92000-P', 3],
    ],
    [['USDC', 40_000]],
  ),
  portfolio('cash-only', [], [['USDC', 10_000]]),
  portfolio('empty', [], []),
  portfolio(
    'short-strangle-usdc',
    [
      ['BTC-20260227-88000-P', -3],
      ['BTC-20260227-108000-C', -3],
    ],
    [['USDC', 90_000]],
  ),
  portfolio(
    'calendar-usdc',
    [
      ['BTC-20260130-98000-C', -2],
      ['BTC-20260327-98000-C', 2],
    ],
    [['USDC', 20_000]],
  ),
  portfolio(
    'funding-owed-usdc',
    [['BTC-PERP', 1.25, { ...entered(95_120.5), unsettledFunding: balance('USDC', -14.25) }]],
    [['USDC', 20_000]],
  ),
  // Below its initial margin and above its maintenance margin: it may close, not open.
  portfolio(
    'near-liquidation-usdc',
    [
      ['BTC-20260130-96000-P', -4],
      ['BTC-PERP', 1, entered(101_500)],
    ],
    [['USDC', 68_000]],
  ),
  portfolio(
    'basis-trade',
    [
      ['BTC-26JUN26', -49_000, entered(99_350)],
      ['BTC-PERPETUAL', 1_000, entered(96_400)],
    ],
    [['BTC', 5]],
  ),
  dealer('market-maker-btc', 'BTC', 130),
];

const folder = process.argv[2] ?? import.meta.dirname;

function write(name, json) {
  writeFileSync(path.join(folder, name), `${JSON.stringify(json, null, 1)}\n`);
}

write('market.json', snapshotToJson(market));
write('portfolios.json', { portfolios: portfolios.map(portfolioToJson) });

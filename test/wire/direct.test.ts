/** The hand-written codecs of the hot path against the schema's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/domain/outcome.js';
import { ORDER_SIDES, type Portfolio } from '../../src/domain/portfolio.js';
import type { MarginReport } from '../../src/domain/report.js';
import { CONTRIBUTION_LEVELS, QUALITIES } from '../../src/domain/report.js';
import { portfolioFromMessage, portfolioToMessage } from '../../src/wire/convert/portfolio.js';
import { reportToMessage } from '../../src/wire/convert/report.js';
import { decodeUsualPortfolio } from '../../src/wire/direct/decode-portfolio.js';
import { encodeMarginResponse, encodeReportOutcome } from '../../src/wire/direct/encode-answer.js';
import { encodePortfolio } from '../../src/wire/direct/encode-portfolio.js';
import { splitUsualRequest } from '../../src/wire/direct/split-request.js';
import { codec } from '../../src/wire/schema.js';
import { calculateMarginRequestTwin } from '../../src/wire/twin.js';

const RUNS = { seed: 20261124, numRuns: 400 };

const number = fc.double();
const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ maxLength: 20, unit: 'grapheme' }),
  fc.string({ minLength: 100, maxLength: 200 }),
);
const label = { label: text, family: text, spotShock: number, volShock: text, pnl: number };
const quality = fc.constantFrom(...QUALITIES);

/** Every field of a report: one that is added to the domain must be added here, to the message and to the encoder. */
const reportFields: { readonly [Field in keyof Required<MarginReport>]: fc.Arbitrary<unknown> } = {
  accountId: text,
  model: text,
  modelVersion: text,
  parameterSet: text,
  parameterHash: text,
  epoch: fc.oneof(fc.nat(), fc.maxSafeNat()),
  snapshotTimeMs: fc.oneof(fc.maxSafeNat(), fc.integer()),
  marketHash: text,
  currency: text,
  equity: number,
  markToMarket: number,
  initialMargin: number,
  maintenanceMargin: number,
  initialExcess: number,
  maintenanceExcess: number,
  marginRatio: number,
  components: fc.array(fc.record({ name: text, initial: number, maintenance: number, quality })),
  quality,
  bindingScenario: fc.record({ index: fc.nat(), ...label }),
  scenarioVector: fc.array(fc.record(label)),
  positionVectors: fc.array(fc.record({ instrument: text, pnl: fc.array(number, { maxLength: 40 }) })),
  greeks: fc.array(
    fc.record({
      underlying: text,
      deltaCoins: number,
      gammaCoinsPerUsd: number,
      vegaUsdPerPoint: number,
      thetaUsdPerDay: number,
    }),
  ),
  contributions: fc.array(
    fc.record({
      level: fc.constantFrom(...CONTRIBUTION_LEVELS),
      key: text,
      initial: number,
      maintenance: number,
    }),
  ),
  liquidationPrices: fc.array(
    fc.record(
      {
        underlying: text,
        rootsUsd: fc.array(number),
        nearestBelowUsd: number,
        nearestAboveUsd: number,
      },
      { requiredKeys: ['underlying', 'rootsUsd'], noNullPrototype: true },
    ),
  ),
  dataConfidence: number,
  dataUncertainty: fc.record({
    volatilityInitial: number,
    volatilityMaintenance: number,
    priceInitial: number,
    priceMaintenance: number,
  }),
  tailStatistics: fc.record(
    {
      confidenceLevel: number,
      holdingPeriodDays: number,
      scenarioCount: fc.nat(),
      valueAtRisk: number,
      valueAtRiskStandardError: number,
      expectedShortfall: number,
      expectedShortfallStandardError: number,
      convention: text,
    },
    {
      requiredKeys: [
        'confidenceLevel',
        'holdingPeriodDays',
        'scenarioCount',
        'valueAtRisk',
        'expectedShortfall',
        'convention',
      ],
      noNullPrototype: true,
    },
  ),
  warnings: fc.array(text),
  isa: text,
};

const OPTIONAL = [
  'marginRatio',
  'bindingScenario',
  'scenarioVector',
  'positionVectors',
  'contributions',
  'liquidationPrices',
  'dataConfidence',
  'dataUncertainty',
  'tailStatistics',
];

const report = fc.record(reportFields, {
  requiredKeys: Object.keys(reportFields).filter((field) => !OPTIONAL.includes(field)) as never[],
  noNullPrototype: true,
}) as fc.Arbitrary<MarginReport>;

describe('the encoder of reports', () => {
  it('writes a response byte for byte as the schema’s encoder does', () => {
    const { encode } = codec('margincube.v1.CalculateMarginResponse');
    const timing = { queueMicros: 12, computeMicros: 3_456_789 };
    fc.assert(
      fc.property(report, (made) => {
        const expected = encode({ report: reportToMessage(made), timing });
        expect(encodeMarginResponse(made, () => timing).equals(expected)).toBe(true);
      }),
      RUNS,
    );
  });

  it('writes an outcome byte for byte as the schema’s encoder does', () => {
    const { encode } = codec('margincube.v1.PortfolioOutcome');
    fc.assert(
      fc.property(fc.nat(), report, (index, made) => {
        const expected = encode({ index, report: reportToMessage(made) });
        expect(encodeReportOutcome(index, made).equals(expected)).toBe(true);
      }),
      RUNS,
    );
  });

  it('gives every answer memory of its own', () => {
    const [first, second] = fc.sample(report, { numRuns: 2, seed: 7 });
    if (first === undefined || second === undefined) throw new Error('no reports');
    const before = encodeReportOutcome(1, first);
    const copy = Buffer.from(before);
    encodeReportOutcome(2, second);
    expect(before.equals(copy)).toBe(true);
  });

  it('counts time in whole microseconds, never negative', () => {
    const [made] = fc.sample(report, { numRuns: 1, seed: 7 });
    if (made === undefined) throw new Error('no report');
    const bytes = encodeMarginResponse(made, () => ({ queueMicros: -0.3, computeMicros: 1.6 }));
    const { timing } = codec('margincube.v1.CalculateMarginResponse').decode(bytes);
    expect(timing).toEqual({ queueMicros: '0', computeMicros: '2' });
  });
});

const name = fc.string({ maxLength: 30 });
const amount = fc.record({
  asset: name,
  units: fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
  decimals: fc.integer({ min: 0, max: 36 }),
});

/** Positions and balances with ASCII names. */
const usualPortfolio: fc.Arbitrary<Portfolio> = fc.record({
  accountId: name,
  positions: fc.array(
    fc.record(
      {
        instrument: name,
        quantity: number,
        averageEntryPrice: number,
        unrealisedPnl: number,
        unsettledFunding: amount,
      },
      { requiredKeys: ['instrument', 'quantity'], noNullPrototype: true },
    ),
  ),
  balances: fc.array(amount),
  openOrders: fc.constant([]),
  mmpGroups: fc.constant([]),
});

const { encode: encodeBySchema, decode: decodePortfolio } = codec('margincube.v1.Portfolio');

/** What the schema's decoder makes of the bytes; undefined where they are no portfolio. */
function bySchema(bytes: Buffer): Outcome<Portfolio> | undefined {
  try {
    return portfolioFromMessage(decodePortfolio(bytes));
  } catch {
    return undefined;
  }
}

/** Up to three bytes replaced, removed or put in, at places in [0, 1) of the message. */
const damage = fc.array(
  fc.record({
    place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    byte: fc.integer({ min: 0, max: 255 }),
    kind: fc.constantFrom('replace', 'remove', 'insert', 'cut'),
  }),
  { minLength: 1, maxLength: 3 },
);

function damaged(
  bytes: Buffer,
  changes: typeof damage extends fc.Arbitrary<infer List> ? List : never,
): Buffer {
  let list = [...bytes];
  for (const { place, byte, kind } of changes) {
    const at = Math.floor(place * list.length);
    if (kind === 'replace') list[at] = byte;
    else if (kind === 'remove') list.splice(at, 1);
    else if (kind === 'insert') list.splice(at, 0, byte);
    else list = list.slice(0, at);
  }
  return Buffer.from(list);
}

/** Everything that a portfolio may hold, any text. */
const anyPortfolio: fc.Arbitrary<Portfolio> = fc.record({
  accountId: text,
  positions: fc.array(
    fc.record(
      {
        instrument: text,
        quantity: number,
        averageEntryPrice: number,
        unrealisedPnl: number,
        unsettledFunding: amount,
      },
      { requiredKeys: ['instrument', 'quantity'], noNullPrototype: true },
    ),
  ),
  balances: fc.array(amount),
  openOrders: fc.array(
    fc.record(
      {
        orderId: text,
        instrument: text,
        side: fc.constantFrom(...ORDER_SIDES),
        quantity: number,
        limitPrice: number,
        mmpGroup: text,
      },
      { requiredKeys: ['orderId', 'instrument', 'side', 'quantity'], noNullPrototype: true },
    ),
  ),
  mmpGroups: fc.array(fc.record({ name: text, underlying: text, quantityLimit: number })),
});

describe('the encoder of portfolios', () => {
  it('writes byte for byte as the schema’s encoder does', () => {
    fc.assert(
      fc.property(anyPortfolio, (made) => {
        expect(encodePortfolio(made).equals(encodeBySchema(portfolioToMessage(made)))).toBe(true);
      }),
      RUNS,
    );
  });
});

describe('the decoder of usual portfolios', () => {
  it('reads positions and balances as the schema’s decoder does', () => {
    fc.assert(
      fc.property(usualPortfolio, (original) => {
        expect(decodeUsualPortfolio(encodeBySchema(portfolioToMessage(original)))).toEqual(original);
      }),
      RUNS,
    );
  });

  it('leaves orders, groups and text beyond ASCII to the schema’s decoder', () => {
    const empty: Portfolio = { accountId: 'a', positions: [], balances: [], openOrders: [], mmpGroups: [] };
    const others: readonly Portfolio[] = [
      { ...empty, accountId: 'ä' },
      { ...empty, accountId: 'a'.repeat(128) },
      { ...empty, mmpGroups: [{ name: 'g', underlying: 'BTC', quantityLimit: 1 }] },
      { ...empty, openOrders: [{ orderId: 'o', instrument: 'i', side: 'BUY', quantity: 1 }] },
    ];
    for (const other of others) {
      const bytes = encodeBySchema(portfolioToMessage(other));
      expect(decodeUsualPortfolio(bytes)).toBeUndefined();
      expect(bySchema(bytes)).toEqual({ ok: true, value: other });
    }
  });

  it('never answers differently for damaged bytes', () => {
    let answered = 0;
    fc.assert(
      fc.property(usualPortfolio, damage, (original, changes) => {
        const bytes = damaged(encodeBySchema(portfolioToMessage(original)), changes);
        const direct = decodeUsualPortfolio(bytes);
        if (direct === undefined) return;
        answered++;
        expect(bySchema(bytes)).toEqual({ ok: true, value: direct });
      }),
      { ...RUNS, numRuns: 4_000 },
    );
    expect(answered).toBeGreaterThan(500);
  });

  it('tells names apart that share a place in its memory', () => {
    const names = Array.from({ length: 70_000 }, (_, n) => `NAME-${String(n)}`);
    const bytesOf = (instrument: string): Buffer =>
      encodeBySchema({ positions: [{ instrument, quantity: 1 }] });
    for (const instrument of [...names, ...names.slice(0, 1_000)]) {
      const [position] = decodeUsualPortfolio(bytesOf(instrument))?.positions ?? [];
      if (position?.instrument !== instrument) expect(position?.instrument).toBe(instrument);
    }
  });
});

describe('the splitter of usual requests', () => {
  const part = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: null });

  it('cuts as the twin does', () => {
    fc.assert(
      fc.property(part, part, (calculation, portfolio) => {
        const bytes = Buffer.from(calculateMarginRequestTwin.encode({ calculation, portfolio }));
        const parts = splitUsualRequest(bytes);
        expect(parts).toBeDefined();
        expect(plain(parts)).toEqual(plain(calculateMarginRequestTwin.decode(bytes)));
      }),
      RUNS,
    );
  });

  it('never cuts damaged bytes differently', () => {
    fc.assert(
      fc.property(part, part, damage, (calculation, portfolio, changes) => {
        const bytes = damaged(
          Buffer.from(calculateMarginRequestTwin.encode({ calculation, portfolio })),
          changes,
        );
        const parts = splitUsualRequest(bytes);
        if (parts !== undefined)
          expect(plain(parts)).toEqual(plain(calculateMarginRequestTwin.decode(bytes)));
      }),
      { ...RUNS, numRuns: 2_000 },
    );
  });

  function plain(parts: ReturnType<typeof splitUsualRequest>): unknown {
    return {
      calculation: parts?.calculation ? [...parts.calculation] : null,
      portfolio: parts?.portfolio ? [...parts.portfolio] : null,
    };
  }
});

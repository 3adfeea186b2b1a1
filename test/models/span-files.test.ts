import { describe, expect, it } from 'vitest';
import { findParameterSet, modelFromFile, resolveModel } from '../../src/models/catalogue.js';
import { spanModelFromCsv } from '../../src/models/span/risk-array-csv.js';

const ranges = (underlying: string, value: number) => ({
  underlying,
  priceScanRange: { unit: 'FRACTION', value },
  volatilityScanRange: 0.1,
});
const commodity = (own: object = {}) => ({
  tiers: [],
  interMonthSpreads: [],
  deliveryMonths: [],
  exposureRate: 0,
  ...own,
});
const BUILT = {
  cashAsset: 'USDC',
  combinedCommodities: {
    BTC: commodity({ ranges: ranges('BTC', 0.12) }),
    ETH: commodity({ ranges: ranges('ETH', 0.15) }),
  },
};
/** An array of the file for one instrument. */
const contract = (riskArray: readonly number[], own: object = {}) => ({
  combinedCommodity: 'BTC',
  month: '2026-03',
  compositeDelta: 1,
  riskArray,
  ...own,
});

describe('the parameters of span', () => {
  it.each([
    [
      'parameters.contracts.X.combinedCommodity',
      { contracts: { X: contract([], { riskArray: zeros(16), combinedCommodity: 'NO' }) } },
    ],
    ['parameters.contracts.X.riskArray', { contracts: { X: contract(zeros(15)) } }],
    ['parameters.contracts.X.month', { contracts: { X: contract(zeros(16), { month: '2026-13' }) } }],
    [
      'parameters.combinedCommodities.BTC.interMonthSpreads.0.legs.1.tier',
      {
        combinedCommodities: {
          BTC: commodity({
            tiers: [{ name: 'a' }],
            interMonthSpreads: [
              {
                legs: [
                  { tier: 'a', ratio: 1 },
                  { tier: 'b', ratio: 1 },
                ],
                rate: 1,
              },
            ],
          }),
        },
      },
    ],
    [
      'parameters.combinedCommodities.ETH.ranges.underlying',
      { combinedCommodities: { ETH: commodity({ ranges: ranges('BTC', 0.1) }) } },
    ],
    [
      'parameters.interCommoditySpreads.0.legs.1.combinedCommodity',
      {
        interCommoditySpreads: [
          {
            legs: [
              { combinedCommodity: 'BTC', ratio: 1, side: 'A' },
              { combinedCommodity: 'NO', ratio: 1, side: 'B' },
            ],
            creditRate: 0.5,
          },
        ],
      },
    ],
  ])('names %s', (field, overrides) => {
    const commodities = 'combinedCommodities' in overrides ? overrides.combinedCommodities : {};
    const resolved = resolveModel({
      name: 'span',
      overrides: {
        ...BUILT,
        ...overrides,
        combinedCommodities: { ...BUILT.combinedCommodities, ...commodities },
      },
    });
    expect(resolved.ok ? '' : `${resolved.failure.reason} ${resolved.failure.field}`).toBe(
      `INVALID_PARAMETER ${field}`,
    );
  });
});

describe('the CSV form of a risk-array set', () => {
  const CSV = [
    '# Two futures and a call',
    'file,mine,2026-01-15,own numbers',
    'array,BTC,2026-03,BTC-A,1,' + zeros(16).join(','),
    'settings,USDC,1.1,1',
    'commodity,BTC,0.02',
    'commodity,ETH,0',
    'ranges,ETH,ETH,PRICE,400,0.1',
    'tier,BTC,near,,2026-03',
    'tier,BTC,far,2026-04,',
    'inter-month,BTC,near,1,far,2,25',
    'delivery,BTC,2026-01,3,4',
    'short-option-minimum,BTC,50,UNIT,LARGER',
    'inter-commodity,0.75,BTC,1,A,ETH,20,B',
    '',
  ].join('\r\n');

  it('says what the JSON form says', () => {
    const read = spanModelFromCsv(CSV);
    expect(read).toEqual({
      ok: true,
      value: {
        model: 'span',
        name: 'mine',
        date: '2026-01-15',
        source: 'own numbers',
        parameters: {
          cashAsset: 'USDC',
          initialFactor: 1.1,
          lookAheadDays: 1,
          combinedCommodities: {
            BTC: {
              tiers: [
                { name: 'near', lastMonth: '2026-03' },
                { name: 'far', firstMonth: '2026-04' },
              ],
              interMonthSpreads: [
                {
                  legs: [
                    { tier: 'near', ratio: 1 },
                    { tier: 'far', ratio: 2 },
                  ],
                  rate: 25,
                },
              ],
              deliveryMonths: [{ month: '2026-01', spreadRate: 3, outrightRate: 4 }],
              shortOptionMinimum: { rate: 50, per: 'UNIT', count: 'LARGER' },
              exposureRate: 0.02,
            },
            ETH: commodity({
              ranges: {
                underlying: 'ETH',
                priceScanRange: { unit: 'PRICE', value: 400 },
                volatilityScanRange: 0.1,
              },
            }),
          },
          interCommoditySpreads: [
            {
              creditRate: 0.75,
              legs: [
                { combinedCommodity: 'BTC', ratio: 1, side: 'A' },
                { combinedCommodity: 'ETH', ratio: 20, side: 'B' },
              ],
            },
          ],
          contracts: { 'BTC-A': contract(zeros(16)) },
        },
      },
    });
    const bound = modelFromFile(read.ok ? read.value : undefined);
    expect(bound.ok && bound.value.parameterSet).toBe('mine');
  });

  it.each([
    ['line 3, cell 8', (text: string) => text.replace('BTC-A,1,0,0,0', 'BTC-A,1,0,0,x')],
    ['line 3, cell 22', (text: string) => text.replace('BTC-A,1,0', 'BTC-A,1,0,0')],
    ['line 6, cell 1', (text: string) => text.replace('commodity,ETH', 'commodity,BTC')],
    ['line 7, cell 2', (text: string) => text.replace('ranges,ETH', 'ranges,XRP')],
    ['line 9, cell 1', (text: string) => text.replace('tier,BTC,far', 'row,BTC,far')],
    ['line 12, cell 3', (text: string) => text.replace('BTC,50,UNIT', 'BTC,,UNIT')],
    ['settings', (text: string) => text.replace('settings', '# settings')],
  ])('names %s', (field, spoil) => {
    const read = spanModelFromCsv(spoil(CSV));
    expect(read.ok ? '' : read.failure.field).toBe(field);
  });

  it('the published example states where its numbers come from', () => {
    expect(findParameterSet('span', 'sp500-example')?.source).toMatch(/McMillan/);
  });
});

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

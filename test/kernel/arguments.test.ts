/** Misuse of every kernel: a typed error in one sentence that names the argument, never a read beyond an array. */
import { describe, expect, test } from 'vitest';
import type { InstrumentColumns, ScenarioColumns } from '../../src/kernel/layout.js';
import {
  ALL_KERNELS,
  NATIVE_KERNELS,
  black76Inputs,
  black76Outputs,
  instrumentColumns,
  scenarioColumns,
  sparseRows,
} from './support.js';

const OPTION = { isCall: true, forward: 100, strike: 100, volatility: 0.5, timeToExpiryYears: 1 };
const SCENARIOS = scenarioColumns({ count: 3, spotFactor: [[0.9, 1, 1.1]] });
const INSTRUMENTS = instrumentColumns([{}, {}]);

/** The columns with one entry changed. */
function withEntry<T extends object>(columns: T, name: keyof T & string, index: number, value: number): T {
  const column: unknown = columns[name];
  if (!(column instanceof Float64Array || column instanceof Uint32Array || column instanceof Uint8Array)) {
    throw new TypeError(`${name} is no column`);
  }
  const copy = column.slice();
  copy[index] = value;
  return { ...columns, [name]: copy };
}

describe.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'numbers out of the domain, $isa',
  ({ kernels }) => {
    const cube = (instruments: InstrumentColumns, scenarios: ScenarioColumns) => () => {
      kernels.scenarioPnl(instruments, scenarios, new Float64Array(128));
    };
    const volatility = (instruments: InstrumentColumns, scenarios: ScenarioColumns) => () => {
      kernels.shockedVolatility(instruments, scenarios, new Float64Array(128));
    };

    test.each([
      ['payoff', 6, 'an integer in [0, 6)'],
      ['forward', 0, 'a number in [1e-60, 1e+60]'],
      ['forward', NaN, 'a number in [1e-60, 1e+60]'],
      ['fixedForward', -1, 'a number in [1e-60, 1e+60]'],
      ['strike', Infinity, 'a number in [1e-60, 1e+60]'],
      ['volatility', -0.1, 'a number in [0, 1e+60]'],
      ['timeToExpiryYears', NaN, 'a number in [0, 1e+60]'],
      ['scale', Infinity, 'a number of magnitude <= 1e+60'],
      ['spotRow', 1, 'an integer in [0, 1)'],
      ['volRow', 7, 'an integer in [0, 1)'],
      ['termFactor', NaN, 'a number of magnitude <= 1e+60'],
      ['skewFactor', -Infinity, 'a number of magnitude <= 1e+60'],
      ['smileFactor', 1e61, 'a number of magnitude <= 1e+60'],
    ] as const)('instruments.%s = %d', (name, value, expected) => {
      const message = `Expected ${expected} for instruments.${name}[1] but received ${String(value)} of type number`;
      const bad = withEntry(INSTRUMENTS, name, 1, value);
      expect(cube(bad, SCENARIOS)).toThrow(new RangeError(message));
      expect(volatility(bad, SCENARIOS)).toThrow(new RangeError(message));
    });

    test.each([
      ['spotFactor', 0, 'a number in [1e-60, 1e+60]'],
      ['volShock', NaN, 'a number of magnitude <= 1e+60'],
      ['skewShock', Infinity, 'a number of magnitude <= 1e+60'],
      ['smileShock', -Infinity, 'a number of magnitude <= 1e+60'],
      ['volFloor', -1, 'a number in [0, 1e+60]'],
    ] as const)('scenarios.%s = %d', (name, value, expected) => {
      const message = `Expected ${expected} for scenarios.${name}[2] but received ${String(value)} of type number`;
      expect(cube(INSTRUMENTS, withEntry(SCENARIOS, name, 2, value))).toThrow(new RangeError(message));
    });

    test.each([
      ['isCall', 2, 'an integer in [0, 2)'],
      ['forward', -1, 'a number in [1e-60, 1e+60]'],
      ['strike', NaN, 'a number in [1e-60, 1e+60]'],
      ['volatility', -1, 'a number in [0, 1e+60]'],
      ['timeToExpiryYears', Infinity, 'a number in [0, 1e+60]'],
    ] as const)('inputs.%s = %d', (name, value, expected) => {
      const message = `Expected ${expected} for inputs.${name}[1] but received ${String(value)} of type number`;
      const bad = withEntry(black76Inputs([OPTION, OPTION]), name, 1, value);
      expect(() => {
        kernels.black76Price(bad, new Float64Array(2));
      }).toThrow(new RangeError(message));
      expect(() => {
        kernels.black76(bad, black76Outputs(2));
      }).toThrow(new RangeError(message));
    });

    test('positions', () => {
      const cells = new Float64Array(128);
      const vectors = new Float64Array(64);
      const aggregate = (instrument: number, quantity: number) => () => {
        kernels.aggregate(
          cells,
          2,
          3,
          sparseRows([
            [
              { instrument: 0, quantity: 1 },
              { instrument, quantity },
            ],
          ]),
          vectors,
        );
      };
      expect(aggregate(2, 1)).toThrow(
        new RangeError(
          'Expected an integer in [0, 2) for positions.instrument[1] but received 2 of type number',
        ),
      );
      expect(aggregate(1, NaN)).toThrow(
        new RangeError(
          'Expected a number of magnitude <= 1e+60 for positions.quantity[1] but received NaN of type number',
        ),
      );
    });

    test('columns of a delta-one row that it does not use are not looked at', () => {
      const instruments = instrumentColumns([
        { payoff: 4, strike: NaN, volatility: NaN, timeToExpiryYears: -1, volRow: 99 },
      ]);
      expect(cube(instruments, SCENARIOS)).not.toThrow();
    });

    test('extents that do not fit', () => {
      const short = new Float64Array(1);
      expect(() => {
        kernels.scenarioPnl(INSTRUMENTS, SCENARIOS, short);
      }).toThrow(new RangeError('Expected at least 128 entries for pnl but received 1 of type Float64Array'));
      expect(() => {
        kernels.shockedVolatility(INSTRUMENTS, SCENARIOS, short);
      }).toThrow(
        new RangeError('Expected at least 128 entries for volatility but received 1 of type Float64Array'),
      );
      expect(cube({ ...INSTRUMENTS, strike: short }, SCENARIOS)).toThrow(
        new RangeError(
          'Expected at least 2 entries for instruments.strike but received 1 of type Float64Array',
        ),
      );
      expect(cube(INSTRUMENTS, { ...SCENARIOS, volFloor: short })).toThrow(
        new RangeError(
          'Expected at least 64 entries for scenarios.volFloor but received 1 of type Float64Array',
        ),
      );
      expect(cube(INSTRUMENTS, { ...SCENARIOS, stride: 3 })).toThrow(
        new RangeError('Expected 64 for scenarios.stride but received 3 of type number'),
      );
      expect(cube({ ...INSTRUMENTS, count: -1 }, SCENARIOS)).toThrow(
        new RangeError(
          'Expected an integer in [0, 2^32) for instruments.count but received -1 of type number',
        ),
      );
      expect(() => {
        kernels.black76(black76Inputs([OPTION, OPTION]), { ...black76Outputs(2), vanna: short });
      }).toThrow(
        new RangeError('Expected at least 2 entries for outputs.vanna but received 1 of type Float64Array'),
      );
      const rows = sparseRows([[{ instrument: 0, quantity: 1 }]]);
      const vectors = new Float64Array(64);
      const cells = new Float64Array(128);
      expect(() => {
        kernels.aggregate(short, 2, 3, rows, vectors);
      }).toThrow(/Expected at least 128 entries for pnl/);
      expect(() => {
        kernels.aggregate(cells, 2, 3, rows, short);
      }).toThrow(/at least 64 entries for vectors/);
      expect(() => {
        kernels.aggregate(cells, 2, 3, { ...rows, rowOffsets: Uint32Array.of(1, 0) }, vectors);
      }).toThrow(
        new RangeError('Expected an integer >= 1 for positions.rowOffsets[1] but received 0 of type number'),
      );
      expect(() => {
        kernels.aggregate(cells, 2, 3, { ...rows, rowOffsets: Uint32Array.of(0, 9) }, vectors);
      }).toThrow(
        new RangeError(
          'Expected at least 9 entries for positions.instrument but received 1 of type Uint32Array',
        ),
      );
      expect(() => {
        kernels.worstLoss(vectors, 1, 0, short, new Uint32Array(1));
      }).toThrow(
        new RangeError('Expected at least 1 scenario for scenarioCount but received 0 of type number'),
      );
      expect(() => {
        kernels.worstLoss(vectors, 2, 3, short, new Uint32Array(2));
      }).toThrow(/at least 128 entries for vectors/);
    });
  },
);

describe.each(NATIVE_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'types and memory, $isa',
  ({ kernels }) => {
    test('arrays of another type', () => {
      const wrong: unknown = new Float32Array(128);
      expect(() => {
        kernels.scenarioPnl(INSTRUMENTS, SCENARIOS, wrong as Float64Array);
      }).toThrow(
        new TypeError(
          'Expected Float64Array for pnl but received 128 entries of type typed array of another type',
        ),
      );
      const nothing: unknown = undefined;
      expect(() => {
        kernels.scenarioPnl(
          { ...INSTRUMENTS, payoff: nothing as Uint8Array },
          SCENARIOS,
          new Float64Array(128),
        );
      }).toThrow(
        new TypeError('Expected Uint8Array for instruments.payoff but received undefined of type undefined'),
      );
      const list: unknown = [1, 2];
      expect(() => {
        kernels.scenarioPnl(
          { ...INSTRUMENTS, forward: list as Float64Array },
          SCENARIOS,
          new Float64Array(128),
        );
      }).toThrow(
        new TypeError('Expected Float64Array for instruments.forward but received a value of type object'),
      );
    });

    test('an output that overlaps an input', () => {
      const memory = new Float64Array(256);
      expect(() => {
        kernels.aggregate(memory.subarray(0, 128), 2, 3, sparseRows([[]]), memory.subarray(64));
      }).toThrow(
        new RangeError(
          'Expected memory apart from pnl for vectors but received 192 entries of type Float64Array',
        ),
      );
      expect(() => {
        kernels.aggregate(memory.subarray(0, 128), 2, 3, sparseRows([[]]), memory.subarray(128));
      }).not.toThrow();
    });

    test('views over shared memory', () => {
      const shared = new Float64Array(new SharedArrayBuffer(128 * 8));
      const own = new Float64Array(128);
      kernels.scenarioPnl(INSTRUMENTS, SCENARIOS, shared);
      kernels.scenarioPnl(INSTRUMENTS, SCENARIOS, own);
      expect([...shared]).toEqual([...own]);
      expect(own.some((value) => value !== 0)).toBe(true);
    });
  },
);

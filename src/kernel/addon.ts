/** What the native libraries export. Arguments are positional, in the order of `native/binding/addon.cc`. */
import type { BookArrangementAddon } from './book-arrangement.js';
import type { ColumnPageKernels } from './column-pages.js';
import type { LargestPositionsAddon } from './largest-positions.js';
import type { BookTailAddon } from './native-book-tail.js';
import type { SliceCellAddon } from './slice-cells.js';
import type { TailMarginAddon } from './tail-margins.js';

type Instruments = [
  count: number,
  payoff: Uint8Array,
  forward: Float64Array,
  fixedForward: Float64Array,
  strike: Float64Array,
  volatility: Float64Array,
  timeToExpiryYears: Float64Array,
  scale: Float64Array,
  spotRow: Uint32Array,
  volRow: Uint32Array,
  termFactor: Float64Array,
  skewFactor: Float64Array,
  smileFactor: Float64Array,
];

type Scenarios = [
  count: number,
  stride: number,
  spotRows: number,
  volRows: number,
  spotFactor: Float64Array,
  volShock: Float64Array,
  skewShock: Float64Array,
  smileShock: Float64Array,
  volFloor: Float64Array,
];

type Options = [
  count: number,
  isCall: Uint8Array,
  forward: Float64Array,
  strike: Float64Array,
  volatility: Float64Array,
  timeToExpiryYears: Float64Array,
];

type Surface = [
  sliceCount: number,
  timeToExpiryYears: Float64Array,
  forward: Float64Array,
  carry: Float64Array,
  a: Float64Array,
  b: Float64Array,
  rho: Float64Array,
  m: Float64Array,
  sigma: Float64Array,
  quotedMin: Float64Array,
  quotedMax: Float64Array,
  confidence: Float64Array,
  interpolation: Uint8Array,
  rates: Float64Array,
];

type NettingTermArguments = [
  count: number,
  stride: number,
  spotMove: Float64Array,
  dampening: Float64Array,
  skewed: Float64Array,
  instrumentCount: number,
  unitValue: Float64Array,
  volatilityConfidence: Float64Array,
  usable: Uint8Array,
  expiryCount: number,
  longDiscount: Float64Array,
  shortDiscount: Float64Array,
  basisFactor: Float64Array,
  expiryConfidence: Float64Array,
  confidenceThresholdAndRate: Float64Array,
];

type NettingBookArguments = [
  accountCount: number,
  firstRow: Uint32Array,
  rowCount: number,
  rowOffsets: Uint32Array,
  instrument: Uint32Array,
  quantity: Float64Array,
  rowExpiry: Uint32Array,
  rowGross: Float64Array,
  contracts: Float64Array,
  price: Float64Array,
  firstMoving: Uint32Array,
  movingValue: Float64Array,
  spot: Float64Array,
  confidence: Float64Array,
  vectors: Float64Array,
];

type SurfaceQuery = [count: number, strike: Float64Array, timeToExpiryYears: Float64Array];

type SurfaceAnswer = [
  volatility: Float64Array,
  totalVariance: Float64Array,
  butterflyMeasure: Float64Array,
  density: Float64Array,
  confidence: Float64Array,
  flags: Uint8Array,
];

/** The SVI kernels, in the order of `native/binding/svi_binding.cc`. */
export interface SviAddon {
  sviFit(
    sliceCount: number,
    quoteOffsets: Uint32Array,
    logMoneyness: Float64Array,
    totalVariance: Float64Array,
    weight: Float64Array,
    timeToExpiryYears: Float64Array,
    huberDelta: Float64Array,
    isFixed: Uint8Array,
    gridCount: number,
    grid: Float64Array,
    floor: Float64Array,
    ceiling: Float64Array,
    settings: Float64Array,
    prior: Float64Array,
    priorPrecision: Float64Array,
    parameters: Float64Array,
    summary: Float64Array,
    workspace: Float64Array,
  ): void;
  sviStarts(
    quoteCount: number,
    logMoneyness: Float64Array,
    totalVariance: Float64Array,
    weight: Float64Array,
    startCount: number,
    starts: Float64Array,
  ): number;
  sviTotalVariance(
    parameters: Float64Array,
    gridCount: number,
    grid: Float64Array,
    variance: Float64Array,
  ): void;
  sviArbitrage(
    sliceCount: number,
    slices: Float64Array,
    gridCount: number,
    grid: Float64Array,
    butterfly: Float64Array,
    butterflyAt: Float64Array,
    calendar: Float64Array,
    calendarAt: Float64Array,
  ): void;
}

export interface KernelsAddon
  extends
    SviAddon,
    BookTailAddon,
    BookArrangementAddon,
    ColumnPageKernels,
    SliceCellAddon,
    LargestPositionsAddon,
    TailMarginAddon {
  black76Price(...args: [...Options, price: Float64Array]): void;
  black76(
    ...args: [
      ...Options,
      price: Float64Array,
      delta: Float64Array,
      gamma: Float64Array,
      vega: Float64Array,
      theta: Float64Array,
      vanna: Float64Array,
      volga: Float64Array,
    ]
  ): void;
  shockedVolatility(...args: [...Instruments, ...Scenarios, volatility: Float64Array]): void;
  scenarioPnl(...args: [...Instruments, ...Scenarios, pnl: Float64Array]): void;
  aggregate(
    pnl: Float64Array,
    instrumentCount: number,
    scenarioCount: number,
    rowCount: number,
    rowOffsets: Uint32Array,
    instrument: Uint32Array,
    quantity: Float64Array,
    vectors: Float64Array,
  ): void;
  worstLoss(
    vectors: Float64Array,
    rowCount: number,
    scenarioCount: number,
    worst: Float64Array,
    worstIndex: Uint32Array,
  ): void;
  rehashSumTree(
    headBytes: number,
    head: Uint8Array,
    assets: number,
    depth: number,
    empty: Uint8Array,
    capacity: number,
    keyHigh: Uint32Array,
    keyLow: Uint32Array,
    level: Uint8Array,
    left: Uint32Array,
    right: Uint32Array,
    parent: Uint32Array,
    hash: Uint8Array,
    lifted: Uint8Array,
    sums: Uint8Array,
    count: number,
    nodes: Uint32Array,
  ): number;
  netExpiries(
    ...args: [
      ...NettingTermArguments,
      ...NettingBookArguments,
      worst: Float64Array,
      value: Float64Array,
      confidenceCharge: Float64Array,
      isComplete: Uint8Array,
    ]
  ): void;
  surfaceQuery(...args: [...Surface, ...SurfaceQuery, ...SurfaceAnswer]): void;
  tailRisk(
    vectors: Float64Array,
    rowCount: number,
    scenarioCount: number,
    confidence: number,
    valueAtRisk: Float64Array,
    expectedShortfall: Float64Array,
    workspace: Float64Array,
  ): void;
  tailRiskOfSum(
    scenarioCount: number,
    base: Float64Array,
    termCount: number,
    unitRow: Uint32Array,
    weight: Float64Array,
    unitCount: number,
    units: Float64Array,
    confidence: number,
    risk: Float64Array,
    workspace: Float64Array,
  ): void;
  tailScenarios(
    vectors: Float64Array,
    rowCount: number,
    scenarioCount: number,
    confidence: number,
    scenario: Uint32Array,
    weight: Float64Array,
    workspace: Float64Array,
  ): void;
  impliedVolatility(
    count: number,
    isCall: Uint8Array,
    forward: Float64Array,
    strike: Float64Array,
    price: Float64Array,
    timeToExpiryYears: Float64Array,
    volatility: Float64Array,
    status: Uint8Array,
  ): void;
  sobol(
    seed: number,
    firstPoint: number,
    pointCount: number,
    dimensions: number,
    uniform: Float64Array,
  ): void;
  ewmaCorrelation(
    moves: Float64Array,
    factorCount: number,
    rowCount: number,
    decay: number,
    correlation: Float64Array,
  ): void;
  correlationFactor(
    correlation: Float64Array,
    factorCount: number,
    eigenvalueFloor: number,
    repaired: Float64Array,
    lower: Float64Array,
    report: Float64Array,
  ): void;
  tCopulaMoves(
    factorCount: number,
    lower: Float64Array,
    degreesOfFreedom: number,
    gridCount: number,
    gridValue: Float64Array,
    scoreBound: number,
    tailProbability: number,
    tails: Float64Array,
    pointCount: number,
    uniform: Float64Array,
    stride: number,
    moves: Float64Array,
  ): void;
  /** The layout that the library was compiled with. */
  readonly layout: {
    readonly SCENARIO_BLOCK: number;
    readonly MAGNITUDE_MAX: number;
    readonly POSITIVE_MIN: number;
    readonly PAYOFF: Readonly<Record<string, number>>;
  };
  /** Doubles per vector register that the library was compiled for. */
  readonly packetDoubles: number;
}

export interface CpuFeaturesAddon {
  /** Instruction levels this processor runs, lowest first. */
  readonly isas: readonly string[];
}

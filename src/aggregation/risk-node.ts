import { decimalToNumber } from '../market/marks/decimal.js';
import { GREEK_COUNT } from '../engine/unit-risk.js';
import { CompensatedSums } from './compensated-sum.js';
import { riskLayout, type RiskLayout, type RiskRows } from './risk-rows.js';

/** Quantities are integers of 10^-18 contracts, as in the books of the accounts. */
export const QUANTITY_DECIMALS = 18;

/** Contracts of one instrument below a node, exact; long and short are sums over accounts, both >= 0. */
export interface HeldQuantity {
  long: bigint;
  short: bigint;
}

/** Changes of a node after which its sums are made anew, and their drift is measured. */
export const UPDATES_PER_REBUILD = 65_536;

/**
 * What is held below one node and its risk. Quantities are exact; risk is summed when it is first asked for at new prices and follows
 * the changes from then on, until it is made anew from the quantities.
 */
export class RiskNode {
  readonly #held = new Map<string, HeldQuantity>();
  #risk: NodeRisk | undefined;
  #updates = 0;
  /** Largest drift that a rebuild has found, relative to what was added up. */
  driftMax = 0;

  get held(): ReadonlyMap<string, Readonly<HeldQuantity>> {
    return this.#held;
  }

  /** One account now holds `after` contracts of an instrument where it held `before`; nodes may share one `quantities`. */
  change(instrument: string, before: bigint, after: bigint, quantities = changeOf(before, after)): void {
    const known = this.#held.get(instrument);
    const held = known ?? { long: 0n, short: 0n };
    addSigned(held, before, -1n);
    addSigned(held, after, 1n);
    if (held.long === 0n && held.short === 0n) this.#held.delete(instrument);
    else if (known === undefined) this.#held.set(instrument, held);
    if (this.#risk === undefined) return;
    this.#risk.replace(instrument, quantities);
    this.#updates += 1;
    if (this.#updates >= UPDATES_PER_REBUILD) this.#measureDrift(this.#risk.rows);
  }

  /** Sums at these prices; made anew where they are others than before. */
  risk(rows: RiskRows): NodeRisk {
    if (this.#risk?.rows !== rows) {
      this.#risk = NodeRisk.of(rows, this.#held);
      this.#updates = 0;
    }
    return this.#risk;
  }

  /** Makes the sums anew and returns how far they had drifted, relative to the gross of what was added up. */
  check(): number {
    return this.#risk === undefined ? 0 : this.#measureDrift(this.#risk.rows);
  }

  #measureDrift(rows: RiskRows): number {
    const fresh = NodeRisk.of(rows, this.#held);
    const drift = this.#risk === undefined ? 0 : fresh.distance(this.#risk);
    this.driftMax = Math.max(this.driftMax, drift);
    this.#risk = fresh;
    this.#updates = 0;
    return drift;
  }
}

/** Contracts of one account before and after a change. */
export interface ChangedQuantity {
  readonly before: number;
  readonly after: number;
}

export function changeOf(before: bigint, after: bigint): ChangedQuantity {
  return { before: contracts(before), after: contracts(after) };
}

function addSigned(held: HeldQuantity, units: bigint, sign: 1n | -1n): void {
  if (units > 0n) held.long += sign * units;
  else held.short -= sign * units;
}

/** Additive risk of a node at one set of prices. */
export class NodeRisk {
  readonly #sums: CompensatedSums;
  /** Sums of |quantity x risk| when the sums were made. */
  readonly #sizes: Float64Array;
  readonly layout: RiskLayout;

  private constructor(readonly rows: RiskRows) {
    this.layout = riskLayout(rows);
    this.#sums = new CompensatedSums(this.layout.length);
    this.#sizes = new Float64Array(this.layout.length);
  }

  /** In the order of the instruments, so that the order of what happened changes no bit. */
  static of(rows: RiskRows, held: ReadonlyMap<string, Readonly<HeldQuantity>>): NodeRisk {
    const risk = new NodeRisk(rows);
    const sorted = [...held].flatMap(([instrument, quantity]) => {
      const row = rows.rowOf.get(instrument);
      return row === undefined ? [] : [{ row, quantity }];
    });
    sorted.sort((a, b) => a.row - b.row);
    for (const { row, quantity } of sorted) {
      const [net, gross] = [quantity.long - quantity.short, quantity.long + quantity.short];
      risk.#add(row, contracts(net), contracts(gross));
      risk.#addSizes(row, contracts(gross));
    }
    return risk;
  }

  /** Takes what one account holds in the place of what it held; an instrument without a price changes nothing. */
  replace(instrument: string, { before, after }: ChangedQuantity): void {
    const row = this.rows.rowOf.get(instrument);
    if (row === undefined) return;
    const { rows, layout } = this;
    const { greeks, valueUsd, notionalUsd, scenarioPnlUsd, labels } = rows;
    const sums = this.#sums;
    const [grossBefore, grossAfter] = [Math.abs(before), Math.abs(after)];
    const greeksAt = (rows.underlying[row] ?? 0) * GREEK_COUNT;
    const bucketAt = layout.bucketsAt + (rows.bucket[row] ?? 0) * layout.bucketWidth;
    sums.replace(greeksAt, before, after, greeks, row * GREEK_COUNT, GREEK_COUNT);
    sums.replace(layout.valueAt, before, after, valueUsd, row, 1);
    sums.replace(layout.notionalAt, grossBefore, grossAfter, notionalUsd, row, 1);
    sums.replace(bucketAt, before, after, greeks, row * GREEK_COUNT, GREEK_COUNT);
    sums.replace(bucketAt + GREEK_COUNT, grossBefore, grossAfter, notionalUsd, row, 1);
    sums.replace(layout.scenariosAt, before, after, scenarioPnlUsd, row * labels.length, labels.length);
  }

  at(index: number): number {
    return this.#sums.at(index);
  }

  greek(underlying: number, greek: number): number {
    return this.#sums.at(underlying * GREEK_COUNT + greek);
  }

  get valueUsd(): number {
    return this.#sums.at(this.layout.valueAt);
  }

  get notionalUsd(): number {
    return Math.max(0, this.#sums.at(this.layout.notionalAt));
  }

  bucketGreek(bucket: number, greek: number): number {
    return this.#sums.at(this.layout.bucketsAt + bucket * this.layout.bucketWidth + greek);
  }

  bucketNotionalUsd(bucket: number): number {
    return Math.max(0, this.bucketGreek(bucket, GREEK_COUNT));
  }

  scenarioPnlUsd(): Float64Array {
    const { scenariosAt } = this.layout;
    return Float64Array.from(this.rows.labels, (_, s) => this.#sums.at(scenariosAt + s));
  }

  /**
   * Largest difference of an entry, as a share of 1 or of the sizes that either was made of, whichever is largest. A sum that was made
   * when billions were held is rounded to their digits, also after they are gone.
   */
  distance(other: NodeRisk): number {
    let largest = 0;
    for (let k = 0; k < this.layout.length; k += 1) {
      const size = Math.max(1, this.#sizes[k] ?? NaN, other.#sizes[k] ?? NaN);
      largest = Math.max(largest, Math.abs(this.at(k) - other.at(k)) / size);
    }
    return largest;
  }

  #addSizes(row: number, gross: number): void {
    const { rows, layout } = this;
    const sizes = this.#sizes;
    const addOne = (at: number, value: number | undefined): void => {
      sizes[at] = (sizes[at] ?? NaN) + gross * Math.abs(value ?? NaN);
    };
    const bucketAt = layout.bucketsAt + (rows.bucket[row] ?? 0) * layout.bucketWidth;
    for (let greek = 0; greek < GREEK_COUNT; greek += 1) {
      const value = rows.greeks[row * GREEK_COUNT + greek];
      addOne((rows.underlying[row] ?? 0) * GREEK_COUNT + greek, value);
      addOne(bucketAt + greek, value);
    }
    addOne(layout.valueAt, rows.valueUsd[row]);
    addOne(layout.notionalAt, rows.notionalUsd[row]);
    addOne(bucketAt + GREEK_COUNT, rows.notionalUsd[row]);
    const count = rows.labels.length;
    for (let scenario = 0; scenario < count; scenario += 1)
      addOne(layout.scenariosAt + scenario, rows.scenarioPnlUsd[row * count + scenario]);
  }

  #add(row: number, net: number, gross: number): void {
    const { rows, layout } = this;
    const { greeks, valueUsd, notionalUsd, scenarioPnlUsd, labels } = rows;
    const sums = this.#sums;
    const underlying = rows.underlying[row] ?? 0;
    const bucketAt = layout.bucketsAt + (rows.bucket[row] ?? 0) * layout.bucketWidth;
    sums.add(underlying * GREEK_COUNT, net, greeks, row * GREEK_COUNT, GREEK_COUNT);
    sums.add(layout.valueAt, net, valueUsd, row, 1);
    sums.add(layout.notionalAt, gross, notionalUsd, row, 1);
    sums.add(bucketAt, net, greeks, row * GREEK_COUNT, GREEK_COUNT);
    sums.add(bucketAt + GREEK_COUNT, gross, notionalUsd, row, 1);
    sums.add(layout.scenariosAt, net, scenarioPnlUsd, row * labels.length, labels.length);
  }
}

/** Digits of an integer that is an exact double. */
const EXACT_UNITS = 10n ** 15n;
const UNITS_PER_CONTRACT = 10 ** QUANTITY_DECIMALS;
/** Quantities are mostly multiples of this. */
const COARSE_UNIT = 10n ** 10n;
const COARSE_PER_CONTRACT = UNITS_PER_CONTRACT / 10 ** 10;

/** The double nearest to an exact quantity. */
export function contracts(units: bigint): number {
  const coarse = units / COARSE_UNIT;
  // One division of two exact doubles rounds once, as reading the decimal does.
  if (coarse * COARSE_UNIT === units && coarse < EXACT_UNITS && coarse > -EXACT_UNITS)
    return Number(coarse) / COARSE_PER_CONTRACT;
  return decimalToNumber({ units, decimals: QUANTITY_DECIMALS });
}

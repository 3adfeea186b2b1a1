import { secondsBetween, secondsToYears } from '../../../domain/time.js';
import { black76Price } from '../../../kernel/reference/black76.js';
import type { ExpiryImportReport, ImportRefusal } from '../import-report.js';
import { median, PriceEvidence } from '../price-evidence.js';
import type { OptionRow, RawOptionRow } from './option-row.js';
import { isQuote } from './option-row.js';

/**
 * Difference of mark price and model price, coins, that the rows of one snapshot never show: six times the worst of 40,768
 * recorded rows, which were read over a minute of a crash. Beyond it one of the two numbers is wrong.
 */
const MARK_ERROR_MAX = 0.03;

/** Quotes farther from the forward than this many standard deviations say little about its volatility. */
const QUOTED_RANGE_DEVIATIONS = 2;

/** Weight taken from a forward whose future the source could not name: it reproduces marks ten times worse. */
const UNNAMED_FORWARD_PENALTY = 0.1;

/** An option that is used, with its |model - mark| in coins. */
interface RepricedOption {
  readonly option: OptionRow;
  /** On the forward of the expiry, which the market prices with. */
  readonly error: number;
  /** On the forward of the option's own row, which the mark was made with. */
  readonly errorOnOwnForward: number;
}

/** The options of one underlying and expiry, with what refused rows still tell about the quality of the data. */
export class ExpiryChain {
  private readonly options: OptionRow[] = [];
  private readonly forwards = new PriceEvidence();
  private readonly refusedStrikes: number[] = [];
  private rowCount = 0;
  private unnamedCount = 0;
  private readonly rowErrors: RepricedOption[] = [];

  constructor(
    readonly underlying: string,
    readonly expiryMs: number,
    private readonly timeMs: number,
  ) {}

  /** Takes the evidence of any row of this expiry. */
  witness(raw: RawOptionRow, isUsable: boolean): void {
    this.rowCount += 1;
    if (isQuote(raw.forward)) this.forwards.add(raw.forward);
    else this.forwards.addMissing();
    if (!raw.isForwardNamed) this.unnamedCount += 1;
    if (!isUsable) this.refusedStrikes.push(raw.terms.strike);
  }

  /** Takes a row of another moment: one forward less that can be read. */
  witnessMissing(strike: number): void {
    this.rowCount += 1;
    this.forwards.addMissing();
    this.refusedStrikes.push(strike);
  }

  add(option: OptionRow): void {
    this.options.push(option);
  }

  /** Rows whose source could not name the forward. */
  get unnamedForwards(): number {
    return this.unnamedCount;
  }

  /** Refuses every option for a reason that lies outside this expiry. */
  refuseAll(reason: ImportRefusal, detail: string): void {
    for (const { fate } of this.options) fate.refuse(reason, detail);
  }

  /** Median of the forwards of the rows: they differ because the rows were read one after the other. */
  get forward(): number {
    return median(this.options.map(({ forward }) => forward));
  }

  /**
   * Refuses options whose mark price and mark volatility contradict each other, and settles the rest as used, in the order
   * of strikes, puts first.
   */
  settle(): readonly OptionRow[] {
    const { forward } = this;
    const timeToExpiryYears = secondsToYears(secondsBetween(this.timeMs, this.expiryMs));
    for (const option of this.options) {
      const { optionType, strike, volatility, mark } = option;
      const coinPrice = (on: number): number =>
        black76Price(optionType === 'CALL', on, strike, volatility, timeToExpiryYears) / on;
      const error = Math.abs(coinPrice(forward) - mark);
      if (error <= MARK_ERROR_MAX) {
        const errorOnOwnForward = Math.abs(coinPrice(option.forward) - mark);
        this.rowErrors.push({ option, error, errorOnOwnForward });
        option.fate.use();
      } else {
        this.refusedStrikes.push(strike);
        option.fate.refuse(
          'MARK_CONTRADICTS_VOLATILITY',
          `mark ${mark}, but volatility ${volatility} on the forward ${forward} gives ${coinPrice(forward)}`,
        );
      }
    }
    this.rowErrors.sort((a, b) => byStrikeThenType(a.option, b.option));
    return this.used;
  }

  get used(): readonly OptionRow[] {
    return this.rowErrors.map(({ option }) => option);
  }

  get repricingErrors(): readonly RepricedOption[] {
    return this.rowErrors;
  }

  /** Confidence of `price` as the forward of this expiry, judged by all rows and `readings` from elsewhere. */
  forwardConfidence(price: number, readings: readonly number[] = []): number {
    const unnamedShare = this.rowCount === 0 ? 0 : this.unnamedCount / this.rowCount;
    return this.forwards.confidence(price, readings) * (1 - UNNAMED_FORWARD_PENALTY * unnamedShare);
  }

  /** Share of two-sided quotes among the rows within two standard deviations of the forward; 0 when there are none. */
  volatilityConfidence(): number {
    const { forward, used } = this;
    const atTheMoney = nearestStrike(used, forward);
    if (!atTheMoney) return 0;
    const years = secondsToYears(secondsBetween(this.timeMs, this.expiryMs));
    const reach = QUOTED_RANGE_DEVIATIONS * atTheMoney.volatility * Math.sqrt(years);
    const isNear = (strike: number): boolean => Math.abs(Math.log(strike / forward)) <= reach;
    const near = used.filter(({ strike }) => isNear(strike));
    const rows = near.length + this.refusedStrikes.filter(isNear).length;
    return rows === 0 ? 0 : near.filter(isTwoSided).length / rows;
  }

  report(): ExpiryImportReport {
    const { forward, used } = this;
    const errors = this.rowErrors.map(({ error }) => error);
    const parityErrorMax = parityError(used, forward);
    return {
      underlying: this.underlying,
      expiryMs: this.expiryMs,
      optionsUsed: used.length,
      twoSidedShare: used.filter(isTwoSided).length / used.length,
      forward,
      forwardScatter: this.forwards.halfRange() / forward,
      forwardConfidence: this.forwardConfidence(forward),
      volatilityConfidence: this.volatilityConfidence(),
      ...(parityErrorMax !== undefined && { parityErrorMax }),
      repricingErrorMedian: median(errors),
      repricingErrorMax: Math.max(...errors),
    };
  }
}

export function isTwoSided({ bid, ask }: OptionRow): boolean {
  return bid !== undefined && ask !== undefined;
}

/** `a` belongs before `b`: lower strike, then put before call. */
function byStrikeThenType(a: OptionRow, b: OptionRow): number {
  if (a.strike !== b.strike) return a.strike - b.strike;
  return a.optionType === b.optionType ? 0 : a.optionType === 'PUT' ? -1 : 1;
}

function nearestStrike(options: readonly OptionRow[], forward: number): OptionRow | undefined {
  let nearest: OptionRow | undefined;
  for (const option of options)
    if (!nearest || Math.abs(option.strike - forward) < Math.abs(nearest.strike - forward)) nearest = option;
  return nearest;
}

/** Largest |C - P - (1 - K/F)| over strikes with a call and a put, coins. */
function parityError(options: readonly OptionRow[], forward: number): number | undefined {
  const puts = new Map(
    options.filter(({ optionType }) => optionType === 'PUT').map(({ strike, mark }) => [strike, mark]),
  );
  let worst: number | undefined;
  for (const { optionType, strike, mark } of options) {
    const put = puts.get(strike);
    if (optionType !== 'CALL' || put === undefined) continue;
    worst = Math.max(worst ?? 0, Math.abs(mark - put - (1 - strike / forward)));
  }
  return worst;
}

import type { Outcome } from '../domain/outcome.js';
import type { Portfolio } from '../domain/portfolio.js';
import type { MarginReport } from '../domain/report.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedModel } from '../models/catalogue.js';

/** What to calculate: any number of portfolios against one market and one model. */
export interface MarginRequest {
  readonly model: ResolvedModel;
  readonly market: Market;
  readonly portfolios: readonly Portfolio[];
  readonly options: ReportOptions;
  /** Asked between portfolios; once true, the rest fail as `CANCELLED`. */
  readonly shouldStop?: () => boolean;
}

export interface ReportOptions {
  readonly includeScenarioVector: boolean;
  readonly includePositionVectors: boolean;
  /** Adds what each position, expiry and underlying adds to the margins. */
  readonly includeContributions?: boolean;
  /** Adds the prices at which the account would be liquidated; costs about 300 calculations of the book per underlying. */
  readonly includeLiquidationPrices?: boolean;
  /** Adds how much of the margins is doubt about the market data; costs four calculations of the book. */
  readonly includeDataUncertainty?: boolean;
  /** Allow reports that rest on components whose rule is not public. */
  readonly allowApproximations: boolean;
}

export const DEFAULT_REPORT_OPTIONS: ReportOptions = {
  includeScenarioVector: false,
  includePositionVectors: false,
  allowApproximations: false,
};

/** One outcome per portfolio, in order; the fields of failures are relative to the portfolio. */
export interface MarginCalculator {
  calculate(request: MarginRequest): Outcome<MarginReport>[];
}

/** Extents of the columns of some books. */
export interface BookCounts {
  readonly accounts: number;
  readonly rows: number;
  readonly positions: number;
  readonly collateral: number;
}

/** Books on their way to another thread: plain data and one block of shared memory that nobody writes to any more. */
export interface BookColumnsHandle {
  readonly counts: BookCounts;
  readonly block: SharedArrayBuffer;
}

/** Where the margins of some accounts are written: shared memory that every thread sees. */
export interface MarginColumnsHandle {
  readonly accounts: number;
  readonly block: SharedArrayBuffer;
}

/** How near an account is to a breach of maintenance margin. Amounts in the report's currency. */
export interface ProjectedExcess {
  /** Equity less maintenance margin at `PROJECTED_DEVIATIONS`, from scratch on the moved market. */
  readonly excess: readonly number[];
  /** The same at the present spot with volatilities a fifth higher. */
  readonly excessAtHigherVolatility: number;
  /** What it costs to cross half the quoted spread of every position once more, >= 0: the price of half the depth. */
  readonly spreadCost: number;
}

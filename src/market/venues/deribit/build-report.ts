import type { Settlement } from '../../../domain/instrument.js';
import type { ImportLedger } from '../import-ledger.js';
import type { ImportReport, RepricingReport } from '../import-report.js';
import { median } from '../price-evidence.js';
import type { ChainCollector } from './chain-collector.js';
import type { ExpiryChain } from './expiry-chain.js';
import { isTwoSided } from './expiry-chain.js';

/** Closes the ledger: every row must be settled. */
export function buildReport(
  collector: ChainCollector,
  ledger: ImportLedger,
  venue: string,
  settlement: Settlement,
  expiries: readonly ExpiryChain[],
  notes: readonly string[],
): ImportReport {
  const used = expiries.flatMap((expiry) => expiry.used);
  return {
    venue,
    timeMs: collector.timeMs,
    settlement,
    ...ledger.close(),
    optionsUsed: used.length,
    oneSidedShare: used.length === 0 ? 0 : used.filter((option) => !isTwoSided(option)).length / used.length,
    expiries: expiries.map((expiry) => expiry.report()),
    ...repricingReport(expiries),
    notes,
  };
}

/** Absent for a market without options. */
function repricingReport(expiries: readonly ExpiryChain[]): { repricing?: RepricingReport } {
  const errors = expiries.flatMap((expiry) => expiry.repricingErrors);
  const [first] = errors;
  if (!first) return {};
  const worst = errors.reduce((a, b) => (b.error > a.error ? b : a), first);
  return {
    repricing: {
      errorMedian: median(errors.map(({ error }) => error)),
      errorMedianOnOwnForward: median(errors.map(({ errorOnOwnForward }) => errorOnOwnForward)),
      errorMax: worst.error,
      worstInstrument: worst.option.name,
    },
  };
}

/**
 * Ledger arithmetic of one account: amounts in units of 10^-LEDGER_DECIMALS of their asset, exact, rounded against the account
 * where a price does not divide (market-and-risk.md sections 0 and 4).
 */
import type { Instrument } from '../../domain/instrument.js';
import { isValidAmount, numberToAmount } from '../../domain/money.js';
import type { Amount } from '../../domain/money.js';
import { expected, failure, failureUnder, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import { PRICE_MAX, QUANTITY_MAX } from '../../limits.js';
import { decimalOf, decimalToNumber, rescale, tenTo } from '../../market/marks/decimal.js';
import type { Decimal } from '../../market/marks/decimal.js';
import type { FutureTerms } from '../../market/marks/future-position.js';
import { checkName } from './names.js';

/** Decimals of every ledger: at least as fine as the smallest unit of any asset in use (ether has 18). */
export const LEDGER_DECIMALS = 18;

/** Quantities are multiples of 10^-18 contracts: every double of 0.01 and above is one. */
export const QUANTITY_DECIMALS = 18;

const LEDGER_UNITS_MAX = BigInt(PRICE_MAX) * tenTo(LEDGER_DECIMALS);

/** Whether holding it is paid for when it is traded; futures and perpetuals pay their P&L when they are closed. */
export function isPaidUpFront({ kind }: Instrument): boolean {
  return kind === 'OPTION' || kind === 'SPOT';
}

/**
 * Terms of the exact ledger of an instrument. An option is bought at a price in its settlement currency, linear or inverse:
 * for the ledger both are linear.
 */
export function ledgerTerms(instrument: Instrument): Outcome<FutureTerms> {
  const contractSize = decimalOf(instrument.contractSize, 'contractSize');
  if (!contractSize.ok) return contractSize;
  return success({
    settlement: isPaidUpFront(instrument) ? 'LINEAR' : instrument.settlement,
    contractSize: contractSize.value,
    quantityDecimals: QUANTITY_DECIMALS,
    ledgerDecimals: LEDGER_DECIMALS,
    isZeroPriceAllowed: instrument.kind === 'OPTION',
  });
}

/** Ledger units of an amount; failures name the field below the amount. */
export function ledgerUnits(amount: Amount): Outcome<bigint> {
  if (amount.asset === '') return failure('MISSING_FIELD', 'asset', expected('an asset', 'asset', ''));
  const named = checkName(amount.asset, 'asset');
  if (!named.ok) return named;
  if (!isValidAmount(amount)) {
    const received = `${amount.units}e-${String(amount.decimals)}`;
    const form = 'a decimal integer of units and 0 to 36 decimals';
    return failure('INVALID_VALUE', '', expected(form, 'amount', received));
  }
  const units = rescale({ units: BigInt(amount.units), decimals: amount.decimals }, LEDGER_DECIMALS);
  if (units === undefined) {
    const form = `a multiple of 1e-${String(LEDGER_DECIMALS)}`;
    return failure('INVALID_VALUE', 'units', expected(form, 'units', amount.units));
  }
  if (units > LEDGER_UNITS_MAX || units < -LEDGER_UNITS_MAX) {
    return failure(
      'INVALID_VALUE',
      'units',
      expected(`at most ${String(PRICE_MAX)} either way`, 'units', amount.units),
    );
  }
  return success(units);
}

/** As `ledgerUnits`, above 0. */
export function positiveLedgerUnits(amount: Amount, field: string): Outcome<bigint> {
  const units = ledgerUnits(amount);
  if (!units.ok) return failureUnder(field, units.failure);
  if (units.value > 0n) return units;
  return failure('INVALID_VALUE', `${field}.units`, expected('a number > 0', `${field}.units`, amount.units));
}

/** Ledger units nearest below a finite number. */
export function numberToLedgerUnits(value: number): bigint {
  return BigInt(numberToAmount('', value, LEDGER_DECIMALS).units);
}

/** The amount in as few decimals as hold it exactly. */
export function ledgerAmount(asset: string, units: bigint): Amount {
  let decimals = LEDGER_DECIMALS;
  let reduced = units;
  while (decimals > 0 && reduced % 10n === 0n) {
    reduced /= 10n;
    decimals -= 1;
  }
  return { asset, units: reduced.toString(), decimals };
}

/** A double from here on, in at most 17 digits, has no more than `QUANTITY_DECIMALS` places. */
const QUANTITY_FITS_FROM = 0.01;

/** As `quantityUnits`, for who needs to know only whether there are such units. */
export function checkQuantity(quantity: number, field: string): Outcome<unknown> {
  return quantity >= QUANTITY_FITS_FROM && quantity <= QUANTITY_MAX
    ? success(undefined)
    : quantityUnits(quantity, field);
}

/** Contracts in ledger units of `QUANTITY_DECIMALS`; fails under `field` for what is no multiple or out of range. */
export function quantityUnits(quantity: number, field: string): Outcome<bigint> {
  const decimal = decimalOf(quantity, field);
  if (!decimal.ok) return decimal;
  const units = rescale(decimal.value, QUANTITY_DECIMALS);
  if (units !== undefined) return success(units);
  const form = `a multiple of 1e-${String(QUANTITY_DECIMALS)} contracts`;
  return failure('INVALID_VALUE', field, expected(form, field, quantity));
}

export function quantityOf(units: bigint): number {
  return decimalToNumber({ units, decimals: QUANTITY_DECIMALS });
}

export function decimalOfUnits(units: bigint): Decimal {
  return { units, decimals: QUANTITY_DECIMALS };
}

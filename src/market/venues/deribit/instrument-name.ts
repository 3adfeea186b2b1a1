import type { OptionType } from '../../../domain/instrument.js';

/** What the name of an inverse Deribit instrument says. */
export type NamedTerms =
  | { readonly kind: 'PERPETUAL'; readonly underlying: string }
  | { readonly kind: 'FUTURE'; readonly underlying: string; readonly expiryMs: number }
  | {
      readonly kind: 'OPTION';
      readonly underlying: string;
      readonly expiryMs: number;
      readonly strike: number;
      readonly optionType: OptionType;
    };

/** Every expiry of Deribit settles at 08:00 UTC. */
const EXPIRY_HOUR_UTC = 8;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** `BTC-27MAR26-100000-C`; a `d` in the strike is a decimal point. */
const NAME =
  /^([A-Z0-9]{1,16})-(PERPETUAL|([1-9]\d?)([A-Z]{3})(\d\d)(?:-(\d{1,12})(?:d(\d{1,8}))?-([CP]))?)$/;

/** Product pairs such as `BTC_USDC-PERPETUAL` are linear; combinations such as `BTC-FS-27MAR26_PERP` have several legs. */
const OTHER_PRODUCT = /^[A-Z0-9]+_[A-Z0-9]+(-|$)|^[A-Z0-9]+-[A-Z]{2,5}-\d/;

export function parseInstrumentName(name: string): NamedTerms | undefined {
  const match = NAME.exec(name);
  if (!match) return undefined;
  const [, underlying = '', body, day, month, year, strike, fraction, right] = match;
  if (body === 'PERPETUAL') return { kind: 'PERPETUAL', underlying };
  const expiryMs = expiryOf(Number(day), month ?? '', Number(year));
  if (expiryMs === undefined) return undefined;
  if (strike === undefined) return { kind: 'FUTURE', underlying, expiryMs };
  return {
    kind: 'OPTION',
    underlying,
    expiryMs,
    strike: Number(`${strike}.${fraction ?? '0'}`),
    optionType: right === 'C' ? 'CALL' : 'PUT',
  };
}

/** Whether a name that does not parse is that of another kind of Deribit product. */
export function isOtherProduct(name: string): boolean {
  return OTHER_PRODUCT.test(name);
}

function expiryOf(day: number, month: string, year: number): number | undefined {
  const monthIndex = MONTHS.indexOf(month);
  const expiryMs = Date.UTC(2000 + year, monthIndex, day, EXPIRY_HOUR_UTC);
  return monthIndex >= 0 && new Date(expiryMs).getUTCDate() === day ? expiryMs : undefined;
}

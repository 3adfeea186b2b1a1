import type { Amount } from '../domain/money.js';

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/** The shortest decimal that names a finite double, as an amount: what a file meant by the number. */
export function decimalAmount(asset: string, value: number): Amount {
  const parts = DECIMAL.exec(String(value));
  if (parts === null) throw new RangeError(`Expected a finite number but received ${String(value)}`);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const decimals = fraction.length - Number(exponent);
  const digits = `${whole}${fraction}`.replace(/^0+(?=\d)/, '');
  return decimals >= 0
    ? { asset, units: `${sign}${digits}`, decimals }
    : { asset, units: `${sign}${digits}${'0'.repeat(-decimals)}`, decimals: 0 };
}

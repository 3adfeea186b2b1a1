/** Columns that a run reads of its files, with the type that it reads them as. */
export const COLUMN_TYPES = {
  account_id: 'VARCHAR',
  instrument: 'VARCHAR',
  quantity: 'DOUBLE',
  average_price: 'DOUBLE',
  kind: 'VARCHAR',
  asset: 'VARCHAR',
  amount: 'DOUBLE',
} as const;

export type ColumnName = keyof typeof COLUMN_TYPES;

export const COLUMN_NAMES = Object.keys(COLUMN_TYPES) as readonly ColumnName[];

export const NUMBER_COLUMNS = COLUMN_NAMES.filter((name) => COLUMN_TYPES[name] === 'DOUBLE');
export const TEXT_COLUMNS = COLUMN_NAMES.filter((name) => COLUMN_TYPES[name] === 'VARCHAR');

export function isColumn(name: string): name is ColumnName {
  return Object.hasOwn(COLUMN_TYPES, name);
}

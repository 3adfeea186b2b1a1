import { describe, expect, it } from 'vitest';
import { formatCount, formatMoney, formatMove, formatSignificant } from '../../src/cli/format.js';
import type { Column } from '../../src/cli/table.js';
import { renderTable } from '../../src/cli/table.js';

interface Row {
  readonly name: string;
  readonly size: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'name', align: 'left', cell: ({ name }) => name },
  { title: 'size', align: 'right', cell: ({ size }) => size },
];

describe('renderTable', () => {
  it('aligns text to the left and numbers to the right', () => {
    const rows = [
      { name: 'a', size: '1,000.00' },
      { name: 'longer', size: '2.00' },
    ];
    expect(renderTable(COLUMNS, rows)).toBe(
      ['name        size', '------  --------', 'a       1,000.00', 'longer      2.00'].join('\n'),
    );
  });

  it('shows a header without rows', () => {
    expect(renderTable(COLUMNS, [])).toBe('name  size\n----  ----');
  });

  it('lets no name break a line or reach the terminal', () => {
    const rendered = renderTable(COLUMNS, [{ name: 'a\n\u001b[31mb', size: '' }]);
    expect(rendered.split('\n')).toHaveLength(3);
    expect(rendered).toContain('a??[31mb');
  });
});

describe('numbers', () => {
  it('show dollars in cents and coins in millionths', () => {
    expect(formatMoney(1234567.891, 'USDC')).toBe('1,234,567.89');
    expect(formatMoney(-0.1234567, 'BTC')).toBe('-0.123457');
  });

  it('show no negative zero', () => {
    expect(formatMoney(-0.001, 'USD')).toBe('0.00');
    expect(formatMoney(-0, 'ETH')).toBe('0.000000');
  });

  it('keep significant digits over the whole range', () => {
    expect(formatSignificant(123456789, 4)).toBe('123,456,789');
    expect(formatSignificant(0.00123456, 4)).toBe('0.001235');
    expect(formatSignificant(1.5e-9, 4)).toBe('1.500e-9');
    expect(formatSignificant(0, 4)).toBe('0');
  });

  it('show moves with their sign', () => {
    expect(formatMove(-0.16)).toBe('-16%');
    expect(formatMove(0.075)).toBe('+7.5%');
    expect(formatCount(12345)).toBe('12,345');
    for (const count of [0, 7, 999, 999.5, 1e3, 123_456, 1_234_567, -1e3, 1_234.5, -2.5, -0.2, 1e16, NaN])
      expect(formatCount(count)).toBe(
        new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 }).format(count),
      );
  });
});

import type { AttestationJson } from '../../reserves/attestor-task.js';
import { renderTable } from '../table.js';

/** What the table reads of `margincube.v1.Attestation` as JSON, of a file or of a server: fields left out have their defaults. */
export interface ShownAttestation {
  readonly header: Partial<Pick<AttestationJson['header'], 'liabilities' | 'negativeEquity'>>;
  readonly solvency?: readonly (Partial<AttestationJson['solvency'][number]> & { readonly asset: string })[];
}

interface Row {
  readonly asset: string;
  readonly decimals: number;
  readonly liabilities: bigint;
  readonly owedToVenue: bigint;
  readonly claimed: bigint;
  readonly counted: bigint;
  readonly ratio: number;
  readonly stressedRatio: number | undefined;
}

/** Liabilities, debts and reserves per asset, in whole coins; the ratio under stress where the attestation has one. */
export function solvencyTable({ header, solvency = [] }: ShownAttestation): string {
  const rows = (header.liabilities ?? []).map(({ asset, units, decimals }, index): Row => {
    const stated = solvency.find((one) => one.asset === asset);
    return {
      asset,
      decimals,
      liabilities: BigInt(units),
      owedToVenue: BigInt(header.negativeEquity?.[index]?.units ?? '0'),
      claimed: BigInt(stated?.claimed?.units ?? '0'),
      counted: BigInt(stated?.counted?.units ?? '0'),
      ratio: Number(stated?.ratio ?? 0),
      stressedRatio: stated?.stressedRatio === undefined ? undefined : Number(stated.stressedRatio),
    };
  });
  const amount = (title: string, of: (row: Row) => bigint) => ({
    title,
    align: 'right' as const,
    cell: (row: Row) => wholeCoins(of(row), row.decimals),
  });
  return renderTable<Row>(
    [
      { title: 'asset', align: 'left', cell: ({ asset }) => asset },
      amount('liabilities', ({ liabilities }) => liabilities),
      amount('owed to the venue', ({ owedToVenue }) => owedToVenue),
      amount('reserves claimed', ({ claimed }) => claimed),
      amount('after haircuts', ({ counted }) => counted),
      amount('surplus', ({ counted, liabilities }) => counted - liabilities),
      { title: 'ratio', align: 'right', cell: ({ ratio }) => ratioText(ratio) },
      ...(rows.some(({ stressedRatio }) => stressedRatio !== undefined)
        ? [
            {
              title: 'under stress',
              align: 'right' as const,
              cell: (row: Row) => ratioText(row.stressedRatio),
            },
          ]
        : []),
    ],
    rows,
  );
}

function ratioText(ratio: number | undefined): string {
  if (ratio === undefined) return 'unknown';
  return Number.isFinite(ratio) ? ratio.toFixed(4) : 'nothing owed';
}

function wholeCoins(units: bigint, decimals: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals);
  return `${units < 0n ? '-' : ''}${whole}${decimals === 0 ? '' : `.${fraction}`}`;
}

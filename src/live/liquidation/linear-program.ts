import loadHighs from 'highs';

/** min sum cost x over 0 <= x <= upper, with sum coefficients x <= atMost for every row. Arrays run over the variables. */
export interface LinearProgram {
  readonly cost: readonly number[];
  readonly upper: readonly number[];
  readonly rows: readonly LinearRow[];
}

export interface LinearRow {
  readonly coefficients: readonly number[];
  readonly atMost: number;
}

/** Solves linear programs; undefined where there is no solution. */
export type LinearSolver = (program: LinearProgram) => readonly number[] | undefined;

/** What is used of HiGHS; its package types its default export as a namespace, which it is not. */
interface Highs {
  solve(
    problem: string,
    options: { readonly output_flag: boolean },
  ): {
    readonly Status: string;
    readonly Columns: Readonly<Record<string, { readonly Primal?: number }>>;
  };
}
const load = loadHighs as unknown as () => Promise<Highs>;

/** HiGHS, compiled to WebAssembly; loading it takes some milliseconds and is done once. */
export async function loadLinearSolver(): Promise<LinearSolver> {
  const highs = await load();
  return (program) => {
    if (program.cost.length === 0) return program.rows.every(({ atMost }) => atMost >= 0) ? [] : undefined;
    const { Status: status, Columns: columns } = highs.solve(textOf(program), { output_flag: false });
    if (status !== 'Optimal') return undefined;
    return program.upper.map((upper, j) => Math.min(Math.max(columns[nameOf(j)]?.Primal ?? NaN, 0), upper));
  };
}

/** CPLEX's LP format, which HiGHS reads. */
function textOf({ cost, upper, rows }: LinearProgram): string {
  const sum = (factors: readonly number[]): string => {
    const terms = factors.flatMap((factor, j) => (factor === 0 ? [] : [`${signed(factor)} ${nameOf(j)}`]));
    return terms.length === 0 ? `0 ${nameOf(0)}` : terms.join(' ');
  };
  return [
    'Minimize',
    ` cost: ${sum(cost)}`,
    'Subject To',
    ...rows.map(({ coefficients, atMost }, i) => ` r${String(i)}: ${sum(coefficients)} <= ${String(atMost)}`),
    'Bounds',
    ...upper.map((bound, j) => ` 0 <= ${nameOf(j)} <= ${String(bound)}`),
    'End',
  ].join('\n');
}

function nameOf(variable: number): string {
  return `x${String(variable)}`;
}

function signed(value: number): string {
  return value < 0 ? `- ${String(-value)}` : `+ ${String(value)}`;
}

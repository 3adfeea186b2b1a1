import type { Outcome } from '../../domain/outcome.js';
import type { ResolvedModel } from '../../models/resolved-model.js';
import type { ComparedModels } from '../../recalibration/preview/book-impact.js';
import { pathCoverage, type PathCoverage } from '../../replay/path-coverage.js';
import type { ReplayResult, ReplayTotals } from '../../replay/replay-tally.js';
import { replayVenue, type ReplayRequest } from '../../replay/replay-venue.js';
import { InputError } from '../exit.js';
import { formatCount } from '../format.js';
import { describeFailure } from '../margin-table.js';
import { renderReplays } from '../replay/table.js';
import { renderTable, type Column } from '../table.js';

/** One set of parameters in the recorded crash. */
interface CrashedSet {
  readonly coverage: PathCoverage;
  readonly replay: ReplayResult;
}

/** What a recorded crash says of a change. */
export interface CrashVerdict {
  readonly before: CrashedSet;
  readonly after: CrashedSet;
  /** What the venue, its fund and its winners lose. US dollars. */
  readonly lossBeforeUsd: number;
  readonly lossAfterUsd: number;
  /** They lose no more than under the old set. */
  readonly isPassed: boolean;
}

/** Takes the accounts through the crash under both sets; an account without a margin ends the command. */
export function crashVerdict(
  request: Omit<ReplayRequest, 'parameters'>,
  { before, after }: ComparedModels,
): CrashVerdict {
  const crashed = (name: string, model: ResolvedModel): CrashedSet => ({
    coverage: valueOf(pathCoverage(request, model)),
    replay: valueOf(
      replayVenue({ ...request, parameters: { name, schedule: [{ fromMs: -Infinity, model }] } }),
    ),
  });
  const [old, proposed] = [crashed('before', before), crashed('after', after)];
  const [lossBeforeUsd, lossAfterUsd] = [lost(old.replay.totals), lost(proposed.replay.totals)];
  const isPassed = lossAfterUsd <= lossBeforeUsd;
  return { before: old, after: proposed, lossBeforeUsd, lossAfterUsd, isPassed };
}

function lost({ venueLossUsd, fundDrawUsd, deleveragedUsd }: ReplayTotals): number {
  return venueLossUsd + fundDrawUsd + deleveragedUsd;
}

interface CoverageLine {
  readonly what: string;
  readonly of: (coverage: PathCoverage) => number;
}

const LINES: readonly CoverageLine[] = [
  { what: 'accounts times recorded moments', of: ({ cases }) => cases },
  { what: 'loss of a day > initial margin', of: ({ initialBreaches }) => initialBreaches },
  { what: 'loss of a day > maintenance margin', of: ({ maintenanceBreaches }) => maintenanceBreaches },
  { what: 'lost beyond initial margin, USD', of: ({ lossBeyondInitialUsd }) => lossBeyondInitialUsd },
];

export function renderCrash({ before, after }: CrashVerdict): string {
  const count = (value: number): string => formatCount(Math.round(value));
  const columns: readonly Column<CoverageLine>[] = [
    { title: 'coverage in the crash', align: 'left', cell: ({ what }) => what },
    { title: 'before', align: 'right', cell: ({ of }) => count(of(before.coverage)) },
    { title: 'after', align: 'right', cell: ({ of }) => count(of(after.coverage)) },
  ];
  return [renderTable(columns, LINES), renderReplays([before.replay, after.replay])].join('\n\n');
}

/** As JSON: the replays without their steps. */
export function crashToJson({ before, after, ...verdict }: CrashVerdict): unknown {
  const totals = ({ coverage, replay }: CrashedSet): unknown => ({ coverage, totals: replay.totals });
  return { ...verdict, before: totals(before), after: totals(after) };
}

function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new InputError(`--crash: ${outcome.failure.field}: ${describeFailure(outcome.failure)}`);
}

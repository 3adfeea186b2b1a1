import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import type { Journal } from '../journal/journal.js';
import type { EventLog } from '../live/book/durable-queue.js';
import { HistoryRecorder } from '../live/history/history-recorder.js';
import { MarginHistory } from '../live/history/margin-history.js';
import type { ResolvedModel } from '../models/resolved-model.js';
import type { Logger } from '../observability/log.js';

interface Parts {
  readonly journal: Journal;
  readonly log: EventLog;
  readonly defaultModel: string;
  readonly modelNamed: (name: string) => ResolvedModel | undefined;
  readonly logger: Logger;
}

/** The past of the accounts of one server: what writes it and what reads it. */
export interface AccountHistory {
  readonly recorder: HistoryRecorder;
  readonly history: MarginHistory;
}

export function createHistory({ journal, log, defaultModel, modelNamed, logger }: Parts): AccountHistory {
  const recorder = new HistoryRecorder(log, {
    defaultModel,
    modelNamed,
    delay: (ms) => delay(ms, undefined, { ref: false }),
    onError: (error) => {
      logger.error(
        { err: error },
        'epochs are not recorded any more: margins of now on cannot be asked for later',
      );
    },
  });
  return { recorder, history: new MarginHistory(journal, () => setImmediate()) };
}

/** The steps of an end-of-day run, for callers that load them when they are needed: the database behind them takes a third of a second. */
export { openDuck } from './duck.js';
export { mergeParts, planOf } from './merge.js';
export { planRun, runShard, runToEnd } from './run.js';
export { verifyRun } from './verify.js';

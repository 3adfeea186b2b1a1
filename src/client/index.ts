/** `margincube/client`: everything that a program needs to call a server. */
export { MarginClient } from './margin-client.js';
export { ReserveClient } from './reserve-client.js';
export { tlsCredentials } from './connection.js';
export type { ClientOptions, TlsFiles } from './connection.js';
export type { TokenSource } from './with-token.js';
export type { CallOptions } from './unary-call.js';
export { MarginBatch } from './margin-batch.js';
export { PortfolioOutcome } from './portfolio-outcome.js';
export { PortfolioTooLargeError } from './chunks.js';
export type { Newest } from './follow-newest.js';
export { AnsweredStream } from './answered-stream.js';
export { refusalOf, refusalOfStatus } from './refusal.js';
export type { Refusal } from './refusal.js';
export { SERVICE_CONFIG } from './service-config.js';
export { UNARY_METHODS } from './methods.js';
export type { RequestOf, ResponseOf, UnaryMethod } from './methods.js';

export type { Portfolio } from '../domain/portfolio.js';
export type { Calculation } from '../gen/margincube/v1/Calculation.js';
export type { MarginReport__Output as MarginReport } from '../gen/margincube/v1/MarginReport.js';
export type { MarginUpdate__Output as MarginUpdate } from '../gen/margincube/v1/MarginUpdate.js';
export type { MarginUpdateBatch__Output as MarginUpdateBatch } from '../gen/margincube/v1/MarginUpdateBatch.js';

/**
 * An epoch as the journal keeps it: whole from time to time, with the rules that margins rest on, and in between only the words
 * of its columns that changed. A market is rebuilt from these to the bit, which its hash proves.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Market } from '../../market/snapshot/market.js';
import type { MarketCounts } from '../../market/snapshot/market-columns.js';
import { countsOf, packMarketColumns, viewMarketColumns } from '../../market/snapshot/market-columns.js';
import { decodeMarketTable, encodeMarketTable } from '../../market/snapshot/market-table.js';
import { hashMarket } from '../../market/snapshot/resolve-market.js';

/** `JournalRecord.kind` of every epoch. */
export const EPOCH_RECORD_KIND = 'epoch';

/** A model as it was in use. */
export interface RecordedModel {
  readonly version: string;
  readonly parameterHash: string;
  readonly parameters: unknown;
}

/** What margins rest on beside book and market. */
export interface MarginRules {
  /** Model of accounts that name none. */
  readonly defaultModel: string;
  /** By the name that accounts have for it. */
  readonly models: Readonly<Record<string, RecordedModel>>;
}

/** A market as it was, and the rules at that time. */
export interface RecordedEpoch {
  readonly market: Market;
  readonly rules: MarginRules;
}

type Head = Pick<Market, 'epoch' | 'timeMs' | 'venue' | 'hash'>;
type WholeHead = Head & {
  readonly counts: MarketCounts;
  readonly tableBytes: number;
  readonly rules: MarginRules;
};

const LENGTH_BYTES = 4;
/** The fastest level: most of a market are NaN and zeros, which every level finds. */
const DEFLATE_LEVEL = 1;

/** Everything of an epoch. */
export function encodeWhole(market: Market, rules: MarginRules): Buffer {
  const table = new Uint8Array(encodeMarketTable(market.table).bytes);
  const columns = new Uint8Array(packMarketColumns(market.columns));
  const head: WholeHead = {
    ...headOf(market),
    counts: countsOf(market.columns),
    tableBytes: table.length,
    rules,
  };
  return frame(head, deflateRawSync(Buffer.concat([table, columns]), { level: DEFLATE_LEVEL }));
}

/**
 * What changed since an epoch with the same table: places of 32-bit words, then their values. Undefined where so much changed
 * that the whole is as short.
 */
export function encodeChanges(before: Market, market: Market): Buffer | undefined {
  const old = wordsOf(before);
  const words = wordsOf(market);
  const places: number[] = [];
  for (let place = 0; place < words.length; place += 1) if (words[place] !== old[place]) places.push(place);
  if (places.length * 2 > words.length) return undefined;
  const body = new Uint32Array(places.length * 2);
  body.set(places);
  places.forEach((place, at) => (body[places.length + at] = words[place] ?? 0));
  return frame(headOf(market), Buffer.from(body.buffer));
}

export function isWhole(payload: Uint8Array): boolean {
  return 'rules' in readFrame(payload).head;
}

/**
 * The last epoch of a whole one and the changes after it.
 *
 * @throws {Error} when what comes out is not the market that was recorded.
 */
export function rebuildEpoch([whole, ...changes]: readonly Uint8Array[]): RecordedEpoch {
  if (whole === undefined) throw new Error('there is no whole epoch to begin with');
  const { head, body } = readFrame(whole) as { head: WholeHead; body: Uint8Array };
  const content = inflateRawSync(body);
  const table = decodeMarketTable(shared(content.subarray(0, head.tableBytes)));
  const columns = shared(content.subarray(head.tableBytes));
  const words = new Uint32Array(columns);
  let last: Head = head;
  for (const change of changes) {
    const { head: changedHead, body: changed } = readFrame(change);
    const pairs = new Uint32Array(Uint8Array.from(changed).buffer);
    const count = pairs.length / 2;
    for (let at = 0; at < count; at += 1) words[pairs[at] ?? 0] = pairs[count + at] ?? 0;
    last = changedHead;
  }
  const market: Market = {
    ...headOf(last),
    table,
    columns: viewMarketColumns(columns, head.counts),
  };
  const hash = hashMarket(market.timeMs, market.venue, table, market.columns);
  if (hash !== last.hash)
    throw new Error(`epoch ${String(last.epoch)} was recorded as ${last.hash} and comes back as ${hash}`);
  return { market, rules: head.rules };
}

function headOf({ epoch, timeMs, venue, hash }: Head): Head {
  return { epoch, timeMs, venue, hash };
}

function wordsOf({ columns }: Market): Uint32Array {
  return new Uint32Array(packMarketColumns(columns));
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const block = new SharedArrayBuffer(bytes.length);
  new Uint8Array(block).set(bytes);
  return block;
}

function frame(head: Head, body: Uint8Array): Buffer {
  const json = Buffer.from(JSON.stringify(head), 'utf8');
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json, body]);
}

function readFrame(payload: Uint8Array): { head: Head | WholeHead; body: Uint8Array } {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const bodyAt = LENGTH_BYTES + bytes.readUInt32LE(0);
  return {
    head: JSON.parse(bytes.toString('utf8', LENGTH_BYTES, bodyAt)) as Head | WholeHead,
    body: bytes.subarray(bodyAt),
  };
}

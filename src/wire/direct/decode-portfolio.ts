import type { Amount } from '../../domain/money.js';
import type { Portfolio, Position } from '../../domain/portfolio.js';
import { NameCache } from './name-cache.js';

/** Field number x 8 + wire type, as one byte of the wire. */
const PORTFOLIO = { ACCOUNT_ID: 10, POSITION: 18, BALANCE: 26 } as const;
const POSITION = {
  INSTRUMENT: 10,
  QUANTITY: 17,
  AVERAGE_ENTRY_PRICE: 25,
  UNREALISED_PNL: 33,
  UNSETTLED_FUNDING: 42,
} as const;
const AMOUNT = { ASSET: 10, UNITS: 18, DECIMALS: 24 } as const;

/** From here on a varint has a second byte. */
const CONTINUES = 0x80;
const DOUBLE_BYTES = 8;

/** One per thread. */
const names = new NameCache();

/**
 * Reads a margincube.v1.Portfolio of the usual form straight into the domain: positions and balances with ASCII names.
 *
 * @returns undefined for every other form (orders, long or non-ASCII text, unknown fields, bytes that are no such message):
 * the decoder of the schema is then asked, which knows them all. Where this answers, the two agree; a test compares them.
 */
export function decodeUsualPortfolio(bytes: Buffer): Portfolio | undefined {
  return new PortfolioReader(bytes).read();
}

class PortfolioReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  read(): Portfolio | undefined {
    const end = this.#bytes.length;
    let accountId = '';
    const positions: Position[] = [];
    const balances: Amount[] = [];
    while (this.#at < end) {
      const tag = this.#byte();
      const partEnd = this.#lengthEnd(end);
      if (partEnd < 0) return undefined;
      switch (tag) {
        case PORTFOLIO.POSITION: {
          const position = this.#position(partEnd);
          if (position === undefined) return undefined;
          positions.push(position);
          break;
        }
        case PORTFOLIO.BALANCE: {
          const amount = this.#amount(partEnd);
          if (amount === undefined) return undefined;
          balances.push(amount);
          break;
        }
        case PORTFOLIO.ACCOUNT_ID: {
          const text = this.#text(partEnd);
          if (text === undefined) return undefined;
          accountId = text;
          break;
        }
        default:
          return undefined;
      }
    }
    return { accountId, positions, balances, openOrders: [], mmpGroups: [] };
  }

  #position(end: number): Position | undefined {
    let instrument: string | undefined = '';
    let quantity: number | undefined;
    let averageEntryPrice: number | undefined;
    let unrealisedPnl: number | undefined;
    let unsettledFunding: Amount | undefined;
    while (this.#at < end) {
      switch (this.#byte()) {
        case POSITION.INSTRUMENT:
          instrument = this.#nestedText(end);
          if (instrument === undefined) return undefined;
          break;
        case POSITION.QUANTITY:
          if (this.#at + DOUBLE_BYTES > end) return undefined;
          quantity = this.#double();
          break;
        case POSITION.AVERAGE_ENTRY_PRICE:
          if (this.#at + DOUBLE_BYTES > end) return undefined;
          averageEntryPrice = this.#double();
          break;
        case POSITION.UNREALISED_PNL:
          if (this.#at + DOUBLE_BYTES > end) return undefined;
          unrealisedPnl = this.#double();
          break;
        case POSITION.UNSETTLED_FUNDING: {
          const amountEnd = this.#lengthEnd(end);
          // A second one would have to be merged with the first.
          if (amountEnd < 0 || unsettledFunding !== undefined) return undefined;
          unsettledFunding = this.#amount(amountEnd);
          if (unsettledFunding === undefined) return undefined;
          break;
        }
        default:
          return undefined;
      }
    }
    if (quantity === undefined) return undefined;
    const position: { -readonly [Key in keyof Position]: Position[Key] } = { instrument, quantity };
    if (averageEntryPrice !== undefined) position.averageEntryPrice = averageEntryPrice;
    if (unrealisedPnl !== undefined) position.unrealisedPnl = unrealisedPnl;
    if (unsettledFunding !== undefined) position.unsettledFunding = unsettledFunding;
    return position;
  }

  #amount(end: number): Amount | undefined {
    let asset: string | undefined = '';
    let units: string | undefined = '';
    let decimals = 0;
    while (this.#at < end) {
      switch (this.#byte()) {
        case AMOUNT.ASSET:
          asset = this.#nestedText(end);
          if (asset === undefined) return undefined;
          break;
        case AMOUNT.UNITS:
          units = this.#nestedText(end);
          if (units === undefined) return undefined;
          break;
        case AMOUNT.DECIMALS:
          if (this.#at >= end) return undefined;
          decimals = this.#byte();
          if (decimals >= CONTINUES) return undefined;
          break;
        default:
          return undefined;
      }
    }
    return { asset, units, decimals };
  }

  #nestedText(end: number): string | undefined {
    const textEnd = this.#lengthEnd(end);
    return textEnd < 0 ? undefined : this.#text(textEnd);
  }

  #text(end: number): string | undefined {
    const from = this.#at;
    this.#at = end;
    return names.read(this.#bytes, from, end);
  }

  /** Reads a length of one byte: where its field ends, or -1 when that is beyond `end` or the length is longer. */
  #lengthEnd(end: number): number {
    if (this.#at >= end) return -1;
    const length = this.#byte();
    const fieldEnd = this.#at + length;
    return length >= CONTINUES || fieldEnd > end ? -1 : fieldEnd;
  }

  #byte(): number {
    return this.#bytes[this.#at++] ?? CONTINUES;
  }

  #double(): number {
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += DOUBLE_BYTES;
    return value;
  }
}

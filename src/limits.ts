/** Every bound of the process, each with its reason. Exceeding one is a typed failure, never a crash. */

/** Positions in one portfolio: a market maker quotes about 1,000 instruments per underlying; ten times that is a mistake. */
export const POSITIONS_PER_PORTFOLIO_MAX = 10_000;

/** Open orders in one portfolio: venues cap them between 50 and a few thousand. */
export const ORDERS_PER_PORTFOLIO_MAX = 10_000;

/** Assets in one portfolio: Derive allows 128 assets per account, Binance lists 483 collateral assets. */
export const BALANCES_PER_PORTFOLIO_MAX = 1_000;

/** Portfolios in one batch call: the end-of-day size of a large venue. */
export const PORTFOLIOS_PER_BATCH_MAX = 100_000;

/** Accounts of one end-of-day run: the largest venue of which sizes are known has some ten million. */
export const EOD_ACCOUNTS_MAX = 10_000_000;

/** Trades in one what-if: a combination order has at most a few dozen legs. */
export const LEGS_PER_PATH_MAX = 100;

/** Moves of spot or of volatility of one liquidation surface: more than anybody reads, and each costs up to 300 calculations. */
export const SURFACE_SHOCKS_MAX = 41;

/** Largest relative move of a liquidation surface or a cascade: ten times the price, twice the farthest tail of any model. */
export const SHOCK_MAX = 10;

/** Largest gRPC message: one chunk of a batch. */
export const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;

/** Largest message of a venue's feed: a list of all instruments of a currency has about a megabyte. */
export const VENUE_MESSAGE_BYTES_MAX = 32 * 1024 * 1024;

/** Instruments in one market: the largest recorded chain has 1,882 options for two underlyings. */
export const INSTRUMENTS_PER_MARKET_MAX = 20_000;

/** Expiries in one market: 13 per underlying on the largest recorded chain. */
export const EXPIRIES_PER_MARKET_MAX = 1_000;

/** Underlyings or assets in one market. */
export const ASSETS_PER_MARKET_MAX = 1_000;

/** Scenarios in one set: the largest Monte Carlo run of the house model (16 scrambles of 8,192 points). */
export const SCENARIOS_MAX = 131_072;

/** Scenarios of a venue grid; Derive's contract allows 40. */
export const GRID_SCENARIOS_MAX = 1_024;

/**
 * Annualised volatility above which an input is refused. Not a market bound: a published case of Derive's suite prices an
 * option at 2,511 (251,100 %) and must be reproduced.
 */
export const VOLATILITY_MAX = 10_000;

/** |quantity| above which doubles no longer resolve one contract. */
export const QUANTITY_MAX = 2 ** 53;

/** Prices, dollars: above any quoted price, below overflow of products of three. */
export const PRICE_MAX = 1e15;

/** Longest name of an account, instrument, asset or model. */
export const NAME_LENGTH_MAX = 128;

/** Cubes kept per thread: models in use times the epochs that overlap during a swap. */
export const CUBES_CACHED_MAX = 8;

/** Cells of the cubes of one market and model (2 ** 24 doubles, 128 MiB); above, every book has cubes of its own instruments. */
export const CUBE_CELLS_MAX = 2 ** 24;

/** Cells of all cubes kept per thread: 512 MiB, four of the largest. */
export const CUBE_CELLS_CACHED_MAX = 2 ** 26;

/** Names suggested for an unknown one. */
export const CLOSEST_MATCHES_MAX = 3;

/** Points of one quoted smile: a Deribit expiry lists about 100 strikes. */
export const SMILE_POINTS_MAX = 1_000;

/** |rate| above which an input is a unit error (percent for fraction, or a price). */
export const RATE_MAX = 10;

/** Decoded market tables kept per thread: one per venue in use, and the old one during a change of listings. */
export const MARKET_TABLES_CACHED_MAX = 8;

/** Largest market data file that is imported, after decompression: a year of daily chains is about 100 MB. */
export const IMPORT_FILE_BYTES_MAX = 256 * 1024 * 1024;

/** Worker threads of one pool: above the cores of any single machine that runs this. */
export const WORKERS_MAX = 256;

/** Tasks that wait in the pool for a thread; admission refuses long before, so reaching it is a defect. */
export const POOL_TASKS_QUEUED_MAX = 4_096;

/** Shards of one call in the pool at once, per thread: enough that no thread waits, few enough that calls share. */
export const SHARDS_IN_FLIGHT_PER_WORKER = 4;

/** Bytes of portfolios admitted and not yet answered, all calls together: sixteen of the largest messages. */
export const ADMITTED_BYTES_MAX = 16 * MESSAGE_BYTES_MAX;

/** Payload of one journal record: a whole book arrives in one message. */
export const JOURNAL_RECORD_BYTES_MAX = MESSAGE_BYTES_MAX;

/** Records of one atomic append: the sides of a block trade, or one message full of small events. */
export const JOURNAL_BATCH_RECORDS_MAX = 100_000;

/** Bytes appended and not yet durable; beyond, appends are refused: a disk this far behind will not catch up by waiting. */
export const JOURNAL_QUEUE_BYTES_MAX = 4 * MESSAGE_BYTES_MAX;

/** Bytes after which a group commit takes no further appends: large enough to amortise a sync, small enough to read back whole. */
export const JOURNAL_FRAME_BYTES = 1024 * 1024;

/** Entries from one snapshot of the accounts to the next: a restart replays at most about so many, at 50 microseconds each. */
export const JOURNAL_SNAPSHOT_ENTRIES = 80_000;

/**
 * Entries that are kept for questions about the past however young they are: half a day of 50 epochs a second beside a million events an
 * hour, at about 300 bytes each a few gigabytes.
 */
export const JOURNAL_ENTRIES_KEPT_MAX = 12_000_000;

/** How long the past can be asked for unless a server is told otherwise: long enough to look into what has just happened. */
export const HISTORY_KEEP_MS_DEFAULT = 3_600_000;

/** A week; what is older belongs into an archive and not beside the running log. */
export const HISTORY_KEEP_MS_MAX = 604_800_000;

/** Epochs from one that is recorded whole to the next: a question about the past reads at most so many, ten seconds at full rate. */
export const EPOCHS_PER_WHOLE_RECORD = 512;

/** How long a margin waits until its epoch is durable: a sync takes milliseconds, and a disk that hangs must not hide a call. */
export const RECORD_WAIT_MAX_MS = 200;

/** Records applied between two turns of the event loop while a book of the past is rebuilt: about 3 milliseconds. */
export const REPLAYED_PER_TURN = 64;

/** Frames removed per commit while the log is truncated, so that appends never wait long behind a removal. */
export const JOURNAL_FRAMES_REMOVED_PER_COMMIT = 256;

/** Longest name of a kind of journal record. */
export const JOURNAL_KIND_LENGTH_MAX = 32;

/** Calls being answered at once; a call waits for admission nowhere, so this bounds open work. */
export const CALLS_IN_FLIGHT_MAX = 2_048;

/** Batch calls open at once: each may hold one chunk besides its shards. */
export const BATCHES_IN_FLIGHT_MAX = 16;

/** Calculations with overrides whose resolved models a thread keeps. */
export const RESOLVED_MODELS_CACHED_MAX = 64;

/** Published markets that a thread keeps open: the current epoch, its predecessor while calls finish, and inline ones. */
export const OPEN_MARKETS_MAX = 8;

/** Wire bytes of a portfolio that is margined on the event loop (about 100 positions): below, the hop to a thread costs more. */
export const INLINE_PORTFOLIO_BYTES_MAX = 4_096;

/** Wire bytes of a calculation whose meaning is remembered between calls: a model's name and an epoch are about 50. */
export const REMEMBERED_CALCULATION_BYTES_MAX = 1_024;

/** Longest request id that is taken from a caller; longer ones are replaced. */
export const REQUEST_ID_LENGTH_MAX = 64;

/**
 * Text and path of an error in UTF-8. They stand in the trailers of a call up to four times, once in percent and three times in base 64,
 * and clients take 8 KiB of trailers (gRPC's default); nghttp2 gives up the whole connection above 64 KiB.
 */
export const ERROR_TEXT_BYTES_MAX = 800;
export const ERROR_FIELD_BYTES_MAX = 200;

/** Names whose text a thread keeps, a power of two: the largest market and the accounts and assets that hold it. */
export const NAMES_CACHED_MAX = 2 ** 15;

/** Risk factors of one scenario set: with the common shock of the copula one dimension each of the Sobol sequence. */
export const FACTORS_MAX = 63;

/** Steps of one simulated path: a month of days is beyond every close-out period. */
export const PATH_STEPS_MAX = 31;

/** Expiries inside one horizon, all underlyings together. */
export const SETTLEMENTS_PER_PATH_MAX = 256;

/** Sources of one oracle: several times the 14 publishers of the largest published case. */
export const ORACLE_SOURCES_MAX = 64;

/** Ids of accepted events kept per account: several retries of the largest request's share; older repeats are known otherwise. */
export const EVENT_IDS_REMEMBERED_MAX = 1_024;

/** Events in one request (the contract's number). */
export const EVENTS_PER_REQUEST_MAX = 10_000;

/** Fills of one block trade (the contract's number). */
export const FILLS_PER_BLOCK_MAX = 100;

/** How far an event's time may lie ahead of the server's clock: clocks of venues agree within milliseconds. */
export const EVENT_AHEAD_MS_MAX = 1_000;

/** Accounts of one process: a hundred times the design load; each costs about 10 kB. */
export const ACCOUNTS_MAX = 1_000_000;

/** Protection groups of one account: one per underlying and strategy. */
export const MMP_GROUPS_PER_ACCOUNT_MAX = 1_000;

/** Reservations of one account that are held at once: as many as it may have orders. */
export const RESERVATIONS_PER_ACCOUNT_MAX = ORDERS_PER_PORTFOLIO_MAX;

/** Changes of the book that wait for the journal: several of the largest requests; more means that the disk does not follow. */
export const RECORDS_WAITING_MAX = 8 * EVENTS_PER_REQUEST_MAX;

/** Bytes of an account's name in a reserve audit: it is hashed and printed on statements. */
export const RESERVE_ACCOUNT_ID_BYTES_MAX = 256;

/** Assets of one attestation: every leaf and sibling carries 16 bytes for each; the largest public audits name about 30. */
export const RESERVE_ASSETS_MAX = 64;

/** Attestations that a server keeps: a day of one every five seconds. */
export const ATTESTATIONS_KEPT_MAX = 17_280;

/** Requests for proofs of the private tier that wait: each may take seconds of a thread. */
export const PRIVATE_PROOFS_WAITING_MAX = 100;

/** Claimed reserves of one attestation: the largest published address lists have some thousands per chain. */
export const RESERVE_HOLDINGS_MAX = 100_000;

/** Accounts in one page of a list (the contract's number). */
export const PAGE_SIZE_MAX = 1_000;

/** Accounts whose vectors the pre-trade gate keeps: those that trade at one time; 20 positions and 33 scenarios are 20 kB. */
export const ACCOUNT_VECTORS_CACHED_MAX = 4_096;

/** How long a reservation lives unless the request says: an order reaches its venue and comes back in well under a second. */
export const RESERVATION_TTL_MS_DEFAULT = 5_000;

/** Longest life of a reservation: margin that is held for longer is forgotten, not needed. */
export const RESERVATION_TTL_MS_MAX = 60_000;

/** Instruments that a hedge is looked for among: each costs a few dozen calculations. */
export const HEDGE_CANDIDATES_MAX = 256;

/** Calls of one page whose cure is looked for (the contract's number): each is a plan, one after the other on the thread of plans. */
export const CURES_PER_PAGE_MAX = 20;

/** Each step of a liquidation plan is margined with all those before it: some seconds of its thread. */
export const PLAN_STEPS_MAX = 200;

/** Trades of one hedge (the contract's number). */
export const HEDGE_LEGS_MAX = 10;
/** Levels of one side of an order book: venues show at most a few hundred. */
export const DEPTH_LEVELS_MAX = 1_000;

/** Market updates in one request, and values in one frame: several times the largest recorded chain. */
export const MARKET_UPDATES_MAX = 100_000;

/** The venue asks for a sign of life this often. */
export const VENUE_HEARTBEAT_SECONDS = 10;

/** A connection to a venue that says nothing for three heartbeats is dead. */
export const VENUE_SILENCE_MS_MAX = 3 * VENUE_HEARTBEAT_SECONDS * 1_000;

/** Channels of one subscription: the venue takes up to 500. */
export const VENUE_CHANNELS_PER_REQUEST = 200;

/** Pause after a request: well below the 20 a second that the venue allows those who do not trade. */
export const VENUE_REQUEST_PAUSE_MS = 100;

/** Pause after a refusal for too many requests, longer with every one: the venue's credits fill within seconds. */
export const VENUE_TOO_MANY_PAUSE_MS = 1_000;

/** Refusals in a row after which a connection is given up. */
export const VENUE_TOO_MANY_RETRIES = 5;

/** From one look for new listings to the next: an expiry is listed days before it trades much, and a request costs little. */
export const VENUE_LISTING_CHECK_MS = 60_000;

/** Epochs published in a second: above, a subscriber sees only the latest anyway, and the processors do nothing else. */
export const EPOCHS_PER_SECOND_MAX = 50;

/** Accounts whose breach is projected in one pass, nearest first: about a third of a millisecond of one thread each. */
export const PROJECTED_ACCOUNTS_MAX = 500;

/** From one pass of projections to the next: a breach within 15 minutes is not missed by seconds, and margins keep the threads. */
export const PROJECTION_PAUSE_MS = 5_000;

/**
 * Changes of margin state that are kept for readers that reconnect or are slow: a crash that takes 100,000 accounts down all five steps,
 * some 100 MB.
 */
export const STATE_CHANGES_KEPT_MAX = 2 ** 19;

/** Updates in one message of a margin stream: about 100 KiB. */
export const UPDATES_PER_BATCH_MAX = 1_000;

/** Kinds of calculations whose cost is remembered: a few models with a few options each. */
export const WORK_COSTS_CACHED_MAX = 256;

/** Clients of an access policy: desks and systems of one firm, or the members of a venue. */
export const ACCESS_CLIENTS_MAX = 100_000;

/** Calls per second of one client: several times what one process answers. */
export const CALLS_PER_SECOND_MAX = 1_000_000;

/** Longest bearer token: ours have about 300 characters; proxies cut headers at 8 KiB. */
export const TOKEN_LENGTH_MAX = 4_096;

/** Verified tokens that are remembered, 200 bytes each: two for each of thousands of clients. */
export const TOKENS_CACHED_MAX = 10_000;

/** Tokens that are being verified: 170 microseconds each on one thread, so that forged ones cannot hold it for long. */
export const TOKENS_VERIFYING_MAX = 64;

/** Connections that a server may be told to take: more file descriptors than a process is given anywhere. */
export const CONNECTIONS_MAX = 1_000_000;

/** Connections that are taken unless a server is told otherwise: each client of a firm or a member of a venue has a few. */
export const CONNECTIONS_DEFAULT = 10_000;

/**
 * Streams of one connection at once. Each may be receiving one message, so that they and the size of a message bound what one connection
 * can make the server hold.
 */
export const STREAMS_PER_CONNECTION_MAX = 256;

/** Aggregates in one answer: every account of a large venue's desk; about 5 MB with buckets. */
export const AGGREGATES_MAX = 10_000;

/** Scenarios whose P&L is summed up over accounts: those of a grid. Draws of a simulation would cost megabytes per node. */
export const AGGREGATED_SCENARIOS_MAX = GRID_SCENARIOS_MAX;

/** Rounds of one simulated cascade: each margins every account anew, and one that has not ended by then does not end. */
export const CASCADE_ROUNDS_MAX = 1_000;

/** Points of a liquidation map: one for each percent from -50 % to +50 %; all accounts are margined anew at each. */
export const LIQUIDATION_MAP_POINTS_MAX = 101;

/** Accounts of one venue-loss replay: each is margined thousands of times on one thread. */
export const REPLAY_ACCOUNTS_MAX = 10_000;

/** Accounts that a preview of parameters lists: more than anybody calls in a day. */
export const TOP_MOVERS_MAX = 1_000;

/** Pings find a peer that went away without a word within 80 seconds, and trouble a live one once a minute; both sides send them. */
export const KEEPALIVE_TIME_MS = 60_000;
export const KEEPALIVE_TIMEOUT_MS = 20_000;

/** Longest wait of a timer: Node.js fires one with a longer wait after a millisecond. */
export const TIMER_MS_MAX = 2 ** 31 - 1;

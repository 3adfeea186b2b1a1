/**
 * The rows of accounts as books for `book_tail.h` and `tail_preselection.h`, and what they are worth, with the engine's
 * order of positions and its operations one by one (`src/engine/resolve-portfolio.ts`):
 *
 *   cash            sum of amount x price over the balances, in their order
 *   mark-to-market  sum over the positions, in the order of their ranks, of settlement price x
 *                     quantity x equity value               an option
 *                     quantity x size x (mark - entry)      a linear future; 0 without an entry price
 *                     quantity x size x (1/entry - 1/mark)  an inverse one
 *   coins           balances in the coin of an underlying and what futures that settle in it have earned
 *
 * A book has a section for each underlying in which it has positions, in the order of ranks, and then for every other
 * one of which it holds coins, in the order of their first mention. A section has its positions by group, and the
 * coins.
 *
 * Whatever is out of the ordinary makes a book odd: too many rows, an instrument or asset that is unknown, unusual or
 * stands twice, a number out of range. An odd book has no positions and no worth; what is wrong with it is not said.
 */
#pragma once

#include <cstddef>
#include <cstdint>

namespace margincube {

/** In place of the underlying whose coins something is, where it is none. */
constexpr std::uint32_t kNoCoin = 0xffffffff;

/** What every position of an instrument shares, one entry per instrument. */
struct InstrumentFacts {
  std::size_t count;
  /** Place in the order of positions, each once. */
  const std::uint32_t* rank;
  /** Instruments of one group follow each other in that order, and so do groups of one underlying. */
  const std::uint32_t* group;
  const std::uint32_t* underlying;
  /** 0 makes a book with a position in it odd. */
  const std::uint8_t* isUsual;
  const std::uint8_t* isOption;
  const std::uint8_t* isInverse;
  const double* contractSize;
  const double* markPrice;
  /** What one option is worth to equity, settlement currency. */
  const double* equityValue;
  /** The model's value of one option, settlement currency; 0 for a future. */
  const double* unitValue;
  /** Dollars per unit of the settlement currency, as an asset. */
  const double* settlementPrice;
  /** Dollars per unit of the settlement currency, spot for an inverse contract. */
  const double* price;
  /** The underlying whose coins the contract settles in, or `kNoCoin`. */
  const std::uint32_t* coinOf;
};

/** One entry per underlying. */
struct UnderlyingFacts {
  std::size_t count;
  /** Dollars per coin. */
  const double* indexPrice;
  /** Row of its price moves. */
  const std::uint32_t* spotRow;
};

/** One entry per asset of the balances. */
struct AssetFacts {
  std::size_t count;
  /** Dollars; a balance in an asset without a price above 0 makes its book odd. */
  const double* price;
  /** The underlying whose coin it is, or `kNoCoin`. */
  const std::uint32_t* coinOf;
};

/** Rows of accounts; columns begin with the row of the first offset. */
struct AccountRows {
  std::size_t count;
  /** `[count + 1]`. */
  const std::uint32_t* rowOffsets;
  /** From the count of instruments on for one that the market does not know. */
  const std::uint32_t* instrument;
  const double* quantity;
  /** Null where no row has one; NaN for a row without. */
  const double* averagePrice;
  /** `[count + 1]`. */
  const std::uint32_t* balanceOffsets;
  const std::uint32_t* balanceAsset;
  /** Coins; NaN makes a book odd. */
  const double* balanceAmount;
};

/** What a book may hold and still be usual. */
struct BookLimits {
  std::size_t positions;
  std::size_t balances;
  double quantity;
  double price;
};

/** Memory of the caller, filled front to back; every list of offsets begins with 0. */
struct ArrangedBooks {
  // As in `DollarBooks`.
  std::uint32_t* sectionOffsets;
  std::uint32_t* groupOffsets;
  double* coinWorth;
  std::uint32_t* spotRow;
  std::uint32_t* positionOffsets;
  std::uint8_t* isInverse;
  double* price;
  double* value;
  std::uint32_t* instrument;
  double* quantity;
  /** `[count + 1]`, positions of each book. */
  std::uint32_t* bookOffsets;
  /** The same books as sparse rows over instruments and then the coins of underlyings, `[count + 1]`. */
  std::uint32_t* entryOffsets;
  std::uint32_t* entryRow;
  double* entryQuantity;
  /** Dollars. */
  double* cash;
  double* markToMarket;
  std::uint8_t* isOdd;
};

/** Sections of all books at most: entries that their columns need. */
std::size_t sectionsMax(const AccountRows& accounts, std::size_t underlyings) noexcept;

/** Doubles of workspace: keys of the longest book that may be usual, and the coins of one. */
std::size_t arrangementWorkspaceLength(const AccountRows& accounts, std::size_t underlyings,
                                       const BookLimits& limits) noexcept;

void arrangeBooks(const InstrumentFacts& instruments, const UnderlyingFacts& underlyings, const AssetFacts& assets,
                  const AccountRows& accounts, const BookLimits& limits, const ArrangedBooks& books,
                  double* workspace) noexcept;

}  // namespace margincube

/**
 * P&L of books in dollars in chosen scenarios, and the tail of each book among them. The sums are those of the engine,
 * operation by operation: a group of positions adds up in its settlement currency as in `aggregate`, becomes dollars,
 * and groups and coins add up per underlying, then over underlyings (`src/models/drawn/book-vectors.ts`).
 *
 *   linear group    sum x price
 *   inverse group   (sum + value) x spot x factor - value x spot
 *   coins           worth x (factor - 1)
 *
 * Every scenario has a place that the caller gives it. Block of places after block, all books that want some of it: a
 * book pays for a block once, however many of its scenarios it wants. The scenarios of a tail are alike, so that a
 * caller who puts like scenarios side by side (in the order of the move of the price) saves two thirds. The tail is
 * `tail_selection.h`'s, fractional, and the bits depend on neither the places, the order of the candidates nor the
 * other books.
 *
 * Domain: instruments and rows within the matrices and candidates below the count of scenarios, which the caller has
 * checked; everything finite.
 */
#pragma once

#include "layout.h"
#include "status.h"

namespace margincube {

/** Places of one block. */
constexpr std::size_t kTailLanes = 8;

constexpr std::size_t tailBlockCount(std::size_t scenarioCount) noexcept {
  return (scenarioCount + kTailLanes - 1) / kTailLanes;
}

/**
 * P&L of one contract, settlement currency, `[block of places][instrument][kTailLanes]`, and the price moves behind it.
 */
struct ScenarioRows {
  /** Finite past the last place as well: `tailContributions` weighs whole blocks, with 0 what is no tail. */
  const double* pnl;
  std::size_t instrumentCount;
  std::size_t scenarioCount;
  /** `[row][scenarioStride]` by place, 1 + relative move. */
  const double* spotFactor;
  std::size_t spotRows;
  /** `[scenarioCount]`, the place of each scenario. */
  const std::uint32_t* placeOf;
};

/** Books as sections (one underlying each), groups (one settlement and expiry each) and positions. */
struct DollarBooks {
  std::size_t bookCount;
  /** `[bookCount + 1]`, sections of each book. */
  const std::uint32_t* sectionOffsets;
  /** `[sections + 1]`, groups of each section. */
  const std::uint32_t* groupOffsets;
  /** Coins held beside the contracts, at today's price; 0 for none. */
  const double* coinWorth;
  /** Row of the price moves of each section. */
  const std::uint32_t* spotRow;
  /** `[groups + 1]`, positions of each group. */
  const std::uint32_t* positionOffsets;
  const std::uint8_t* isInverse;
  /** Dollars per unit of the settlement currency; spot for an inverse group. */
  const double* price;
  /** Coins that an inverse group's options are worth today. */
  const double* value;
  const std::uint32_t* instrument;
  const double* quantity;
};

/** Results of each book, losses positive. */
struct BookTails {
  double* valueAtRisk;
  double* expectedShortfall;
  /** Of the expected shortfall, for independent scenarios (`src/measures/standard-errors.ts`). */
  double* standardError;
  double* worstPnl;
  std::uint32_t* worstScenario;
  /** `[bookCount][tailCount]`, largest loss first, among equal ones the earlier. */
  std::uint32_t* tailScenario;
};

/** Doubles of workspace for that many candidates together. */
std::size_t bookTailWorkspaceLength(std::size_t candidateCount, std::size_t scenarioCount) noexcept;

/**
 * Book b wants `candidate[candidateOffsets[b]]` to `candidate[candidateOffsets[b + 1]]`, at least a tail of them or
 * none: a book without candidates gets zeros.
 */
void bookTail(const ScenarioRows& rows, const DollarBooks& books, const std::uint32_t* candidateOffsets,
              const std::uint32_t* candidate, double confidence, const BookTails& tails, double* workspace) noexcept;

/**
 * What each position adds to the expected shortfall of its book, dollars, loss positive: the weighted losses of the
 * tail scenarios, added up in the order of their places. `unitValue` is the value of one contract, coins, 0 where it
 * has none. `taken` marks the books that want it; positions of others get 0.
 */
void tailContributions(const ScenarioRows& rows, const DollarBooks& books, const double* unitValue,
                       const std::uint8_t* taken, const std::uint32_t* tailScenario, double confidence,
                       double* contribution, double* workspace) noexcept;

}  // namespace margincube

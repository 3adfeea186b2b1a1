#include "book_arrangement.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace margincube {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

/** Books up to this size are sorted by insertion: files often come in the order of the chain. */
constexpr std::size_t kInsertionMax = 256;

/** Coins of each underlying that a book holds, in the order of their first mention. */
class CoinLedger {
 public:
  CoinLedger(double* held, std::uint32_t* order, std::uint8_t* isKnown, std::size_t underlyings)
      : held_(held), order_(order), isKnown_(isKnown) {
    std::fill(isKnown, isKnown + underlyings, std::uint8_t{0});
  }

  void add(std::uint32_t underlying, double coins) noexcept {
    if (!isKnown_[underlying]) {
      isKnown_[underlying] = 1;
      order_[count_++] = underlying;
      held_[underlying] = 0;
    }
    held_[underlying] += coins;
  }

  /** The coins of an underlying, and none from now on: they count once. */
  double take(std::uint32_t underlying) noexcept {
    if (!isKnown_[underlying]) return 0;
    const double held = held_[underlying];
    held_[underlying] = 0;
    return held;
  }

  std::size_t count() const noexcept { return count_; }
  std::uint32_t mentioned(std::size_t k) const noexcept { return order_[k]; }

  void clear() noexcept {
    for (std::size_t k = 0; k < count_; ++k) isKnown_[order_[k]] = 0;
    count_ = 0;
  }

 private:
  double* held_;
  std::uint32_t* order_;
  std::uint8_t* isKnown_;
  std::size_t count_ = 0;
};

/** How far the columns are filled. */
struct Marks {
  std::size_t sections = 0;
  std::size_t groups = 0;
  std::size_t positions = 0;
  std::size_t entries = 0;
};

std::size_t longestBook(const AccountRows& accounts, const BookLimits& limits) noexcept {
  std::size_t longest = 0;
  for (std::size_t book = 0; book < accounts.count; ++book) {
    const std::size_t rows = accounts.rowOffsets[book + 1] - accounts.rowOffsets[book];
    if (rows <= limits.positions) longest = std::max(longest, rows);
  }
  return longest;
}

class Arrangement {
 public:
  Arrangement(const InstrumentFacts& instruments, const UnderlyingFacts& underlyings, const AssetFacts& assets,
              const AccountRows& accounts, const BookLimits& limits, const ArrangedBooks& books, double* workspace)
      : instruments_(instruments),
        underlyings_(underlyings),
        assets_(assets),
        accounts_(accounts),
        limits_(limits),
        books_(books),
        keys_(reinterpret_cast<std::uint64_t*>(workspace + underlyings.count)),
        coins_(workspace, reinterpret_cast<std::uint32_t*>(keys_ + longestBook(accounts, limits)),
               reinterpret_cast<std::uint8_t*>(keys_ + longestBook(accounts, limits)) +
                   underlyings.count * sizeof(std::uint32_t),
               underlyings.count) {}

  void run() noexcept {
    books_.sectionOffsets[0] = books_.groupOffsets[0] = books_.positionOffsets[0] = 0;
    books_.bookOffsets[0] = books_.entryOffsets[0] = 0;
    for (std::size_t book = 0; book < accounts_.count; ++book) {
      const Marks begin = end_;
      coins_.clear();
      const bool isUsual = addBalances(book) && addPositions(book);
      books_.isOdd[book] = isUsual ? 0 : 1;
      if (isUsual) {
        addSections(begin.positions);
      } else {
        end_ = begin;
        books_.cash[book] = books_.markToMarket[book] = 0;
      }
      books_.sectionOffsets[book + 1] = static_cast<std::uint32_t>(end_.sections);
      books_.bookOffsets[book + 1] = static_cast<std::uint32_t>(end_.positions);
      books_.entryOffsets[book + 1] = static_cast<std::uint32_t>(end_.entries);
    }
  }

 private:
  /** Balances at the prices of their assets; false where one is odd. */
  bool addBalances(std::size_t book) noexcept {
    const std::size_t from = accounts_.balanceOffsets[book] - accounts_.balanceOffsets[0];
    const std::size_t to = accounts_.balanceOffsets[book + 1] - accounts_.balanceOffsets[0];
    if (to - from > limits_.balances) return false;
    const std::uint32_t* assetOf = accounts_.balanceAsset;
    double cash = 0;
    for (std::size_t at = from; at < to; ++at) {
      const std::uint32_t asset = assetOf[at];
      const double amount = accounts_.balanceAmount[at];
      if (asset >= assets_.count || !(std::fabs(amount) <= limits_.price)) return false;
      if (std::find(assetOf + from, assetOf + at, asset) != assetOf + at) return false;
      if (assets_.coinOf[asset] != kNoCoin) coins_.add(assets_.coinOf[asset], amount);
      if (amount == 0) continue;
      const double price = assets_.price[asset];
      if (!(price > 0)) return false;
      cash += amount * price;
    }
    books_.cash[book] = cash;
    return true;
  }

  /** Positions in the order of their ranks, and their value; false where one is odd. */
  bool addPositions(std::size_t book) noexcept {
    const std::size_t from = accounts_.rowOffsets[book] - accounts_.rowOffsets[0];
    const std::size_t count = accounts_.rowOffsets[book + 1] - accounts_.rowOffsets[book];
    if (count > limits_.positions || !sortRows(from, count)) return false;
    double markToMarket = 0;
    for (std::size_t at = 0; at < count; ++at) {
      // One instrument twice.
      if (at > 0 && keys_[at] >> 32 == keys_[at - 1] >> 32) return false;
      const std::size_t row = from + static_cast<std::uint32_t>(keys_[at]);
      const std::uint32_t held = accounts_.instrument[row];
      const double contracts = accounts_.quantity[row];
      if (!(std::fabs(contracts) <= limits_.quantity) || contracts == 0) return false;
      const double entry = accounts_.averagePrice == nullptr ? kNoNumber : accounts_.averagePrice[row];
      const double earned = profitOf(held, contracts, entry);
      if (!std::isfinite(earned)) return false;
      books_.instrument[end_.positions + at] = held;
      books_.quantity[end_.positions + at] = contracts;
      const double worth = instruments_.isOption[held] ? contracts * instruments_.equityValue[held] : earned;
      markToMarket += worth * instruments_.settlementPrice[held];
      if (instruments_.coinOf[held] != kNoCoin) coins_.add(instruments_.coinOf[held], earned);
    }
    end_.positions += count;
    books_.markToMarket[book] = markToMarket;
    return std::isfinite(markToMarket);
  }

  /** The rows of a book as ascending keys of rank and row; false where an instrument is odd. */
  bool sortRows(std::size_t from, std::size_t count) noexcept {
    for (std::size_t row = 0; row < count; ++row) {
      const std::uint32_t held = accounts_.instrument[from + row];
      if (held >= instruments_.count || !instruments_.isUsual[held]) return false;
      const std::uint64_t key = std::uint64_t{instruments_.rank[held]} << 32 | row;
      std::size_t at = row;
      if (count <= kInsertionMax) {
        for (; at > 0 && keys_[at - 1] > key; --at) keys_[at] = keys_[at - 1];
      }
      keys_[at] = key;
    }
    if (count > kInsertionMax) std::sort(keys_, keys_ + count);
    return true;
  }

  /** Unrealised P&L of a future from its entry price; 0 without one; NaN where it is none. */
  double profitOf(std::uint32_t held, double contracts, double entry) const noexcept {
    if (std::isnan(entry)) return 0;
    if (!(entry >= 0 && entry <= limits_.price)) return kNoNumber;
    if (instruments_.isOption[held]) return 0;
    const double size = contracts * instruments_.contractSize[held];
    const double mark = instruments_.markPrice[held];
    if (!instruments_.isInverse[held]) return size * (mark - entry);
    return entry > 0 ? size * (1 / entry - 1 / mark) : kNoNumber;
  }

  /** Groups per underlying, then what coins move with it; then the coins of underlyings without positions. */
  void addSections(std::size_t from) noexcept {
    std::size_t at = from;
    while (at < end_.positions) {
      const std::uint32_t underlying = instruments_.underlying[books_.instrument[at]];
      while (at < end_.positions && instruments_.underlying[books_.instrument[at]] == underlying) at = addGroup(at);
      closeSection(underlying, coins_.take(underlying));
    }
    for (std::size_t k = 0; k < coins_.count(); ++k) {
      const std::uint32_t underlying = coins_.mentioned(k);
      const double held = coins_.take(underlying);
      if (held != 0) closeSection(underlying, held);
    }
  }

  /** The group that begins with a position; where the next one begins. */
  std::size_t addGroup(std::size_t at) noexcept {
    const std::uint32_t lead = books_.instrument[at];
    double worth = 0;
    for (; at < end_.positions && instruments_.group[books_.instrument[at]] == instruments_.group[lead]; ++at) {
      const std::uint32_t held = books_.instrument[at];
      worth += books_.quantity[at] * instruments_.unitValue[held];
      addEntry(held, books_.quantity[at]);
    }
    books_.isInverse[end_.groups] = instruments_.isInverse[lead];
    books_.price[end_.groups] = instruments_.price[lead];
    books_.value[end_.groups] = worth;
    books_.positionOffsets[++end_.groups] = static_cast<std::uint32_t>(at);
    return at;
  }

  void closeSection(std::uint32_t underlying, double coins) noexcept {
    books_.coinWorth[end_.sections] = coins == 0 ? 0 : coins * underlyings_.indexPrice[underlying];
    books_.spotRow[end_.sections] = underlyings_.spotRow[underlying];
    books_.groupOffsets[++end_.sections] = static_cast<std::uint32_t>(end_.groups);
    if (coins != 0) addEntry(static_cast<std::uint32_t>(instruments_.count) + underlying, coins);
  }

  void addEntry(std::uint32_t row, double quantity) noexcept {
    books_.entryRow[end_.entries] = row;
    books_.entryQuantity[end_.entries] = quantity;
    ++end_.entries;
  }

  const InstrumentFacts& instruments_;
  const UnderlyingFacts& underlyings_;
  const AssetFacts& assets_;
  const AccountRows& accounts_;
  const BookLimits& limits_;
  const ArrangedBooks& books_;
  std::uint64_t* keys_;
  CoinLedger coins_;
  Marks end_;
};

}  // namespace

std::size_t sectionsMax(const AccountRows& accounts, std::size_t underlyings) noexcept {
  const std::size_t positions = accounts.rowOffsets[accounts.count] - accounts.rowOffsets[0];
  const std::size_t balances = accounts.balanceOffsets[accounts.count] - accounts.balanceOffsets[0];
  // A position has an underlying and a coin.
  return std::min(2 * positions + balances, accounts.count * underlyings);
}

std::size_t arrangementWorkspaceLength(const AccountRows& accounts, std::size_t underlyings,
                                       const BookLimits& limits) noexcept {
  return longestBook(accounts, limits) + 2 * underlyings;
}

void arrangeBooks(const InstrumentFacts& instruments, const UnderlyingFacts& underlyings, const AssetFacts& assets,
                  const AccountRows& accounts, const BookLimits& limits, const ArrangedBooks& books,
                  double* workspace) noexcept {
  Arrangement(instruments, underlyings, assets, accounts, limits, books, workspace).run();
}

}  // namespace margincube

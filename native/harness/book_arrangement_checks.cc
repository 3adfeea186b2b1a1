#include "book_arrangement_checks.h"

#include <algorithm>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include "../kernels/book_arrangement.h"
#include "checks.h"

namespace margincube::harness {
namespace {

constexpr std::size_t kInstruments = 300;
constexpr std::size_t kUnderlyings = 3;
constexpr std::size_t kAssets = 4;
constexpr BookLimits kLimits{300, 4, 100, 1e6};

/** Instruments in the order of underlyings and groups of ten; every other one is an option, the eighth is unusual. */
struct Chain {
  std::vector<std::uint32_t> rank, group, underlying, coinOf;
  std::vector<std::uint8_t> isUsual, isOption, isInverse;
  std::vector<double> one, value;

  Chain() : one(kInstruments, 1), value(kInstruments) {
    for (std::uint32_t i = 0; i < kInstruments; ++i) {
      rank.push_back(i);
      group.push_back(i / 10);
      underlying.push_back(i / 100);
      coinOf.push_back(i % 3 == 0 ? underlying[i] : kNoCoin);
      isUsual.push_back(i != 7);
      isOption.push_back(i % 2);
      isInverse.push_back(0);
      value[i] = i % 2 ? 3 : 0;
    }
  }

  InstrumentFacts facts() const noexcept {
    return {kInstruments,    rank.data(),      group.data(), underlying.data(), isUsual.data(),
            isOption.data(), isInverse.data(), one.data(),   one.data(),        value.data(),
            value.data(),    one.data(),       one.data(),   coinOf.data()};
  }
};

struct Accounts {
  std::vector<std::uint32_t> rowOffsets{0}, instrument, balanceOffsets{0}, balanceAsset;
  std::vector<double> quantity, entry, amount;

  explicit Accounts(std::mt19937_64& generator) {
    for (int account = 0; account < 12; ++account) {
      // The last but one is longer than a book sorted by insertion, the last longer than the limit.
      const std::size_t rows = account == 10 ? 290 : account == 11 ? 301 : generator() % 6;
      const std::uint32_t step = rows > 6 ? 1 : 11;
      for (std::size_t k = 0; k < rows; ++k) {
        instrument.push_back(account == 3 ? generator() % 2 ? 7 : 900 : (299 - step * static_cast<std::uint32_t>(k)));
        if (rows > 6 && instrument.back() <= 7) instrument.back() = 8;
        quantity.push_back(account == 4 ? 0 : static_cast<double>(generator() % 5) + 1);
        entry.push_back(generator() % 3 == 0 ? std::numeric_limits<double>::quiet_NaN() : 0.5);
      }
      rowOffsets.push_back(static_cast<std::uint32_t>(instrument.size()));
      for (std::size_t k = 0; k < generator() % 4; ++k) {
        balanceAsset.push_back(static_cast<std::uint32_t>(account == 5 ? 1 : k));
        amount.push_back(static_cast<double>(generator() % 7) - 3);
      }
      balanceOffsets.push_back(static_cast<std::uint32_t>(balanceAsset.size()));
    }
  }

  AccountRows rows() const noexcept {
    return {rowOffsets.size() - 1, rowOffsets.data(),     instrument.data(),   quantity.data(),
            entry.data(),          balanceOffsets.data(), balanceAsset.data(), amount.data()};
  }
};

void checkAccounts(std::mt19937_64& generator) {
  const Chain chain;
  const Accounts accounts(generator);
  const AccountRows rows = accounts.rows();
  const std::vector<double> indexPrice(kUnderlyings, 2), assetPrice(kAssets, 1);
  const std::vector<std::uint32_t> spotRow{0, 1, 2}, coinOf{0, 2, kNoCoin, kNoCoin};
  const std::size_t count = rows.count, positions = accounts.instrument.size();
  const std::size_t sections = sectionsMax(rows, kUnderlyings);
  std::vector<std::uint32_t> sectionOffsets(count + 1), groupOffsets(sections + 1), spot(sections),
      positionOffsets(positions + 1), instrument(positions), bookOffsets(count + 1), entryOffsets(count + 1),
      entryRow(positions + sections);
  std::vector<double> coinWorth(sections), price(positions), value(positions), quantity(positions),
      entryQuantity(positions + sections), cash(count), markToMarket(count);
  std::vector<std::uint8_t> isInverse(positions), isOdd(count);
  std::vector<double> workspace(arrangementWorkspaceLength(rows, kUnderlyings, kLimits));
  arrangeBooks(
      chain.facts(), {kUnderlyings, indexPrice.data(), spotRow.data()}, {kAssets, assetPrice.data(), coinOf.data()},
      rows, kLimits,
      {sectionOffsets.data(), groupOffsets.data(), coinWorth.data(), spot.data(), positionOffsets.data(),
       isInverse.data(), price.data(), value.data(), instrument.data(), quantity.data(), bookOffsets.data(),
       entryOffsets.data(), entryRow.data(), entryQuantity.data(), cash.data(), markToMarket.data(), isOdd.data()},
      workspace.data());
  for (std::size_t book = 0; book < count; ++book) {
    const std::uint32_t from = rows.rowOffsets[book], to = rows.rowOffsets[book + 1];
    bool isUsual = to - from <= kLimits.positions;
    double worth = 0;
    std::multiset<std::uint32_t> held;
    for (std::uint32_t k = from; k < to; ++k) {
      const std::uint32_t one = accounts.instrument[k];
      isUsual = isUsual && one < kInstruments && one != 7 && held.count(one) == 0 && accounts.quantity[k] != 0;
      held.insert(one);
      const double entry = std::isnan(accounts.entry[k]) ? 1 : accounts.entry[k];
      worth += accounts.quantity[k] * (one % 2 ? 3 : 1 - entry);
    }
    double owned = 0;
    std::multiset<std::uint32_t> assets;
    for (std::uint32_t k = rows.balanceOffsets[book]; k < rows.balanceOffsets[book + 1]; ++k) {
      isUsual = isUsual && assets.count(accounts.balanceAsset[k]) == 0;
      assets.insert(accounts.balanceAsset[k]);
      owned += accounts.amount[k];
    }
    expectTrue(isOdd[book] == (isUsual ? 0 : 1), "what is out of the ordinary makes a book odd");
    expectTrue(bookOffsets[book + 1] - bookOffsets[book] == (isUsual ? to - from : 0),
               "a book has its positions or none");
    if (!isUsual) continue;
    // Small numbers in binary: the sums are exact in any order.
    expectTrue(markToMarket[book] == worth && cash[book] == owned, "a book is worth the sum of its rows");
    expectTrue(std::is_sorted(instrument.data() + bookOffsets[book], instrument.data() + bookOffsets[book + 1]),
               "positions are in the order of their ranks");
    for (std::uint32_t section = sectionOffsets[book]; section < sectionOffsets[book + 1]; ++section) {
      for (std::uint32_t group = groupOffsets[section]; group < groupOffsets[section + 1]; ++group) {
        double coins = 0;
        for (std::uint32_t k = positionOffsets[group]; k < positionOffsets[group + 1]; ++k) {
          expectTrue(chain.group[instrument[k]] == chain.group[instrument[positionOffsets[group]]] &&
                         chain.underlying[instrument[k]] == spot[section],
                     "positions of a group belong together");
          coins += quantity[k] * chain.value[instrument[k]];
        }
        expectTrue(value[group] == coins, "a group is worth its options");
      }
    }
  }
}

}  // namespace

void checkBookArrangement() {
  std::mt19937_64 generator(41);
  for (int round = 0; round < 20; ++round) checkAccounts(generator);
}

}  // namespace margincube::harness

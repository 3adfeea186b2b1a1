#include "book_arrangement_binding.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "../kernels/book_arrangement.h"
#include "arguments.h"
#include "offsets.h"

namespace margincube {
namespace {

/** Coins of an underlying, or none. */
void checkCoins(Napi::Env env, const std::uint32_t* coinOf, std::size_t count, std::size_t underlyings,
                const std::string& name) {
  for (std::size_t k = 0; k < count; ++k) {
    if (coinOf[k] != kNoCoin) checkBelow(env, coinOf, k, k + 1, underlyings, name);
  }
}

/** First and last rank of the instruments of an underlying. */
struct RankSpan {
  std::uint32_t first = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t last = 0;
  std::size_t underlying = 0;
};

/** A book has one section of an underlying at most, and room for no more, where the ranks of each are in a row. */
void checkRanks(Napi::Env env, const InstrumentFacts& instruments, std::size_t underlyings) {
  std::vector<RankSpan> spans(underlyings);
  for (std::size_t k = 0; k < instruments.count; ++k) {
    RankSpan& span = spans[instruments.underlying[k]];
    span.underlying = instruments.underlying[k];
    span.first = std::min(span.first, instruments.rank[k]);
    span.last = std::max(span.last, instruments.rank[k]);
  }
  const auto isEmpty = [](const RankSpan& span) { return span.first > span.last; };
  spans.erase(std::remove_if(spans.begin(), spans.end(), isEmpty), spans.end());
  std::sort(spans.begin(), spans.end(), [](const RankSpan& a, const RankSpan& b) { return a.first < b.first; });
  for (std::size_t k = 1; k < spans.size(); ++k) {
    if (spans[k].first > spans[k - 1].last) continue;
    throw Napi::RangeError::New(
        env, expected("the ranks of an underlying in a row", "instruments.rank",
                      "others among those of underlying " + std::to_string(spans[k - 1].underlying), "Uint32Array"));
  }
}

/** Reads the columns of a call one after the other. */
class Columns {
 public:
  explicit Columns(const Napi::CallbackInfo& info) : info_(info), arguments_(info) {}

  std::size_t count(const char* name) { return arguments_.count(next_++, name); }

  double number() { return info_[next_++].As<Napi::Number>().DoubleValue(); }

  template <typename T>
  const T* input(const char* name, std::size_t length) {
    return arguments_.input<T>(next_++, name, length);
  }

  template <typename T>
  T* output(const char* name, std::size_t length) {
    return arguments_.output<T>(next_++, name, length);
  }

  const std::uint32_t* offsets(const char* name, std::size_t length) {
    const auto* offsets = input<std::uint32_t>(name, length + 1);
    checkOffsets(info_.Env(), offsets, length, name);
    return offsets;
  }

  /** Null for `undefined`. */
  const double* optional(const char* name, std::size_t length) {
    if (!info_[next_].IsUndefined()) return input<double>(name, length);
    ++next_;
    return nullptr;
  }

 private:
  const Napi::CallbackInfo& info_;
  Arguments arguments_;
  std::size_t next_ = 0;
};

InstrumentFacts readInstruments(Columns& columns) {
  InstrumentFacts facts{};
  facts.count = columns.count("instruments.count");
  facts.rank = columns.input<std::uint32_t>("instruments.rank", facts.count);
  facts.group = columns.input<std::uint32_t>("instruments.group", facts.count);
  facts.underlying = columns.input<std::uint32_t>("instruments.underlying", facts.count);
  facts.isUsual = columns.input<std::uint8_t>("instruments.isUsual", facts.count);
  facts.isOption = columns.input<std::uint8_t>("instruments.isOption", facts.count);
  facts.isInverse = columns.input<std::uint8_t>("instruments.isInverse", facts.count);
  facts.contractSize = columns.input<double>("instruments.contractSize", facts.count);
  facts.markPrice = columns.input<double>("instruments.markPrice", facts.count);
  facts.equityValue = columns.input<double>("instruments.equityValue", facts.count);
  facts.unitValue = columns.input<double>("instruments.unitValue", facts.count);
  facts.settlementPrice = columns.input<double>("instruments.settlementPrice", facts.count);
  facts.price = columns.input<double>("instruments.price", facts.count);
  facts.coinOf = columns.input<std::uint32_t>("instruments.coinOf", facts.count);
  return facts;
}

UnderlyingFacts readUnderlyings(Columns& columns) {
  UnderlyingFacts facts{};
  facts.count = columns.count("underlyings.count");
  facts.indexPrice = columns.input<double>("underlyings.indexPrice", facts.count);
  facts.spotRow = columns.input<std::uint32_t>("underlyings.spotRow", facts.count);
  return facts;
}

AssetFacts readAssets(Columns& columns) {
  AssetFacts facts{};
  facts.count = columns.count("assets.count");
  facts.price = columns.input<double>("assets.price", facts.count);
  facts.coinOf = columns.input<std::uint32_t>("assets.coinOf", facts.count);
  return facts;
}

AccountRows readAccounts(Columns& columns) {
  AccountRows accounts{};
  accounts.count = columns.count("accounts.count");
  accounts.rowOffsets = columns.offsets("accounts.rowOffsets", accounts.count);
  const std::size_t rows = accounts.rowOffsets[accounts.count] - accounts.rowOffsets[0];
  accounts.instrument = columns.input<std::uint32_t>("accounts.instrument", rows);
  accounts.quantity = columns.input<double>("accounts.quantity", rows);
  accounts.averagePrice = columns.optional("accounts.averagePrice", rows);
  accounts.balanceOffsets = columns.offsets("accounts.balanceOffsets", accounts.count);
  const std::size_t balances = accounts.balanceOffsets[accounts.count] - accounts.balanceOffsets[0];
  accounts.balanceAsset = columns.input<std::uint32_t>("accounts.balanceAsset", balances);
  accounts.balanceAmount = columns.input<double>("accounts.balanceAmount", balances);
  return accounts;
}

BookLimits readLimits(Columns& columns) {
  BookLimits limits{};
  limits.positions = columns.count("limits.positions");
  limits.balances = columns.count("limits.balances");
  limits.quantity = columns.number();
  limits.price = columns.number();
  return limits;
}

ArrangedBooks readBooks(Columns& columns, const AccountRows& accounts, std::size_t underlyings) {
  const std::size_t positions = accounts.rowOffsets[accounts.count] - accounts.rowOffsets[0];
  const std::size_t sections = sectionsMax(accounts, underlyings);
  ArrangedBooks books{};
  books.sectionOffsets = columns.output<std::uint32_t>("books.sectionOffsets", accounts.count + 1);
  books.groupOffsets = columns.output<std::uint32_t>("books.groupOffsets", sections + 1);
  books.coinWorth = columns.output<double>("books.coinWorth", sections);
  books.spotRow = columns.output<std::uint32_t>("books.spotRow", sections);
  books.positionOffsets = columns.output<std::uint32_t>("books.positionOffsets", positions + 1);
  books.isInverse = columns.output<std::uint8_t>("books.isInverse", positions);
  books.price = columns.output<double>("books.price", positions);
  books.value = columns.output<double>("books.value", positions);
  books.instrument = columns.output<std::uint32_t>("books.instrument", positions);
  books.quantity = columns.output<double>("books.quantity", positions);
  books.bookOffsets = columns.output<std::uint32_t>("books.bookOffsets", accounts.count + 1);
  books.entryOffsets = columns.output<std::uint32_t>("books.entryOffsets", accounts.count + 1);
  books.entryRow = columns.output<std::uint32_t>("books.entryRow", positions + sections);
  books.entryQuantity = columns.output<double>("books.entryQuantity", positions + sections);
  books.cash = columns.output<double>("books.cash", accounts.count);
  books.markToMarket = columns.output<double>("books.markToMarket", accounts.count);
  books.isOdd = columns.output<std::uint8_t>("books.isOdd", accounts.count);
  return books;
}

}  // namespace

void runArrangeBooks(const Napi::CallbackInfo& info) {
  Columns columns(info);
  const InstrumentFacts instruments = readInstruments(columns);
  const UnderlyingFacts underlyings = readUnderlyings(columns);
  checkBelow(info.Env(), instruments.underlying, 0, instruments.count, underlyings.count, "instruments.underlying");
  checkCoins(info.Env(), instruments.coinOf, instruments.count, underlyings.count, "instruments.coinOf");
  checkRanks(info.Env(), instruments, underlyings.count);
  const AssetFacts assets = readAssets(columns);
  checkCoins(info.Env(), assets.coinOf, assets.count, underlyings.count, "assets.coinOf");
  const AccountRows accounts = readAccounts(columns);
  const BookLimits limits = readLimits(columns);
  const ArrangedBooks books = readBooks(columns, accounts, underlyings.count);
  double* workspace =
      columns.output<double>("workspace", arrangementWorkspaceLength(accounts, underlyings.count, limits));
  arrangeBooks(instruments, underlyings, assets, accounts, limits, books, workspace);
}

}  // namespace margincube

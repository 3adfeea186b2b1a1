#include "net_expiries_binding.h"

#include <string>

#include "../kernels/net_expiries.h"
#include "arguments.h"
#include "offsets.h"

namespace margincube {
namespace {

constexpr std::size_t kBasisRows = 2;

[[noreturn]] void refuse(Napi::Env env, const std::string& what, const std::string& name, std::size_t value) {
  throw Napi::RangeError::New(env, expected(what, name, std::to_string(value), "number"));
}

NettingTerms readTerms(const Napi::CallbackInfo& info, Arguments& arguments) {
  NettingTerms terms{};
  terms.count = arguments.count(0, "terms.count");
  terms.stride = arguments.count(1, "terms.stride");
  if (terms.count > kNettedScenariosMax)
    refuse(info.Env(), "at most " + std::to_string(kNettedScenariosMax), "terms.count", terms.count);
  if (terms.stride != scenarioStride(terms.count + kBasisRows))
    refuse(info.Env(), std::to_string(scenarioStride(terms.count + kBasisRows)), "terms.stride", terms.stride);
  terms.spotMove = arguments.input<double>(2, "terms.spotMove", terms.stride);
  terms.dampening = arguments.input<double>(3, "terms.dampening", terms.stride);
  terms.skewed = arguments.input<double>(4, "terms.skewed", terms.stride);
  const std::size_t instruments = arguments.count(5, "terms.instrumentCount");
  terms.unitValue = arguments.input<double>(6, "terms.unitValue", instruments);
  terms.volatilityConfidence = arguments.input<double>(7, "terms.volatilityConfidence", instruments);
  terms.usable = arguments.input<std::uint8_t>(8, "terms.usable", instruments);
  const std::size_t expiries = arguments.count(9, "terms.expiryCount");
  terms.longDiscount = arguments.input<double>(10, "terms.longDiscount", expiries);
  terms.shortDiscount = arguments.input<double>(11, "terms.shortDiscount", expiries);
  terms.basisFactor = arguments.input<double>(12, "terms.basisFactor", expiries);
  terms.expiryConfidence = arguments.input<double>(13, "terms.expiryConfidence", expiries);
  const double* rates = arguments.input<double>(14, "terms.rates", 2);
  terms.confidenceThreshold = rates[0];
  terms.confidenceRate = rates[1];
  return terms;
}

}  // namespace

void runNetExpiries(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Arguments arguments(info);
  const NettingTerms terms = readTerms(info, arguments);
  NettingBooks books{};
  const std::size_t accounts = books.accountCount = arguments.count(15, "books.accountCount");
  books.firstRow = arguments.input<std::uint32_t>(16, "books.firstRow", accounts + 1);
  checkOffsets(env, books.firstRow, accounts, "books.firstRow");
  SparseRows& rows = books.rows;
  rows.rowCount = arguments.count(17, "books.rows.rowCount");
  const std::size_t used = books.firstRow[accounts] - books.firstRow[0];
  if (used != rows.rowCount) refuse(env, std::to_string(used), "books.rows.rowCount", rows.rowCount);
  rows.rowOffsets = arguments.input<std::uint32_t>(18, "books.rows.rowOffsets", rows.rowCount + 1);
  checkOffsets(env, rows.rowOffsets, rows.rowCount, "books.rows.rowOffsets");
  const std::size_t end = rows.rowOffsets[rows.rowCount];
  rows.instrument = arguments.input<std::uint32_t>(19, "books.rows.instrument", end);
  checkBelow(env, rows.instrument, rows.rowOffsets[0], end, arguments.count(5, "terms.instrumentCount"),
             "books.rows.instrument");
  rows.quantity = arguments.input<double>(20, "books.rows.quantity", end);
  books.rowExpiry = arguments.input<std::uint32_t>(21, "books.rowExpiry", rows.rowCount);
  checkBelow(env, books.rowExpiry, 0, rows.rowCount, arguments.count(9, "terms.expiryCount"), "books.rowExpiry");
  books.rowGross = arguments.input<double>(22, "books.rowGross", rows.rowCount);
  books.contracts = arguments.input<double>(23, "books.contracts", accounts);
  books.price = arguments.input<double>(24, "books.price", accounts);
  books.firstMoving = arguments.input<std::uint32_t>(25, "books.firstMoving", accounts + 1);
  checkOffsets(env, books.firstMoving, accounts, "books.firstMoving");
  books.movingValue = arguments.input<double>(26, "books.movingValue", books.firstMoving[accounts]);
  books.spot = arguments.input<double>(27, "books.spot", accounts);
  books.confidence = arguments.input<double>(28, "books.confidence", accounts);
  books.vectors = arguments.input<double>(29, "books.vectors", rows.rowCount * terms.stride);
  NettingResults results{};
  results.worst = arguments.output<double>(30, "results.worst", accounts);
  results.value = arguments.output<double>(31, "results.value", accounts);
  results.confidenceCharge = arguments.output<double>(32, "results.confidenceCharge", accounts);
  results.isComplete = arguments.output<std::uint8_t>(33, "results.isComplete", accounts);
  netExpiries(terms, books, results);
}

}  // namespace margincube

#include "book_tail_binding.h"

#include "../kernels/book_tail.h"
#include "../kernels/tail_preselection.h"
#include "../kernels/tail_selection.h"
#include "arguments.h"
#include "offsets.h"
#include "refusal.h"

namespace margincube {
namespace {

double readConfidence(const Napi::CallbackInfo& info, std::size_t position) {
  const Napi::Value value = info[position];
  const double confidence = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : 0;
  if (confidence > 0 && confidence < 1) return confidence;
  throw Napi::RangeError::New(info.Env(),
                              expected("a number in (0, 1)", "confidence", text(info.Env(), confidence), "number"));
}

std::size_t readScenarioCount(const Napi::CallbackInfo& info, const Arguments& arguments, std::size_t position) {
  const std::size_t count = arguments.count(position, "scenarioCount");
  if (count > 0) return count;
  throw Napi::RangeError::New(info.Env(), expected("at least 1 scenario", "scenarioCount", "0", "number"));
}

/** Arguments 0 to 5. */
ScenarioRows readRows(const Napi::CallbackInfo& info, Arguments& arguments) {
  ScenarioRows rows{};
  rows.instrumentCount = arguments.count(1, "rows.instrumentCount");
  rows.scenarioCount = readScenarioCount(info, arguments, 2);
  rows.spotRows = arguments.count(4, "rows.spotRows");
  rows.pnl =
      arguments.input<double>(0, "rows.pnl", rows.instrumentCount * tailBlockCount(rows.scenarioCount) * kTailLanes);
  rows.spotFactor = arguments.input<double>(3, "rows.spotFactor", rows.spotRows * scenarioStride(rows.scenarioCount));
  rows.placeOf = arguments.input<std::uint32_t>(5, "rows.placeOf", rows.scenarioCount);
  checkBelow(info.Env(), rows.placeOf, 0, rows.scenarioCount, rows.scenarioCount, "rows.placeOf");
  return rows;
}

/** Arguments 0 to 4. */
SingleCube readSingleCube(const Napi::CallbackInfo& info, Arguments& arguments) {
  SingleCube cube{};
  cube.rowCount = arguments.count(1, "rowCount");
  cube.scenarioCount = readScenarioCount(info, arguments, 2);
  cube.cells = arguments.input<float>(0, "cells", cube.rowCount * scenarioStride(cube.scenarioCount));
  cube.largest = arguments.input<double>(3, "largest", cube.rowCount);
  cube.gross = arguments.input<double>(4, "gross", cube.rowCount);
  return cube;
}

std::size_t readRank(const Napi::CallbackInfo& info, const Arguments& arguments, std::size_t position,
                     std::size_t least) {
  const std::size_t rank = arguments.count(position, "rank");
  if (rank >= least && rank <= kScenarioBlock) return rank;
  throw Napi::RangeError::New(
      info.Env(), expected("an integer in [" + std::to_string(least) + ", " + std::to_string(kScenarioBlock) + "]",
                           "rank", std::to_string(rank), "number"));
}

constexpr std::size_t kFirstBookArgument = 6;
constexpr std::size_t kFirstOwnArgument = 17;

/** Arguments 6 to 16. */
DollarBooks readBooks(const Napi::CallbackInfo& info, Arguments& arguments, const ScenarioRows& rows) {
  constexpr std::size_t first = kFirstBookArgument;
  const Napi::Env env = info.Env();
  DollarBooks books{};
  books.bookCount = arguments.count(first, "books.bookCount");
  books.sectionOffsets = arguments.input<std::uint32_t>(first + 1, "books.sectionOffsets", books.bookCount + 1);
  checkOffsets(env, books.sectionOffsets, books.bookCount, "books.sectionOffsets");
  const std::size_t sections = books.sectionOffsets[books.bookCount];
  books.groupOffsets = arguments.input<std::uint32_t>(first + 2, "books.groupOffsets", sections + 1);
  checkOffsets(env, books.groupOffsets, sections, "books.groupOffsets");
  books.coinWorth = arguments.input<double>(first + 3, "books.coinWorth", sections);
  books.spotRow = arguments.input<std::uint32_t>(first + 4, "books.spotRow", sections);
  checkBelow(env, books.spotRow, 0, sections, rows.spotRows, "books.spotRow");
  const std::size_t groups = books.groupOffsets[sections];
  books.positionOffsets = arguments.input<std::uint32_t>(first + 5, "books.positionOffsets", groups + 1);
  checkOffsets(env, books.positionOffsets, groups, "books.positionOffsets");
  books.isInverse = arguments.input<std::uint8_t>(first + 6, "books.isInverse", groups);
  books.price = arguments.input<double>(first + 7, "books.price", groups);
  books.value = arguments.input<double>(first + 8, "books.value", groups);
  const std::size_t end = books.positionOffsets[groups];
  books.instrument = arguments.input<std::uint32_t>(first + 9, "books.instrument", end);
  books.quantity = arguments.input<double>(first + 10, "books.quantity", end);
  checkBelow(env, books.instrument, books.positionOffsets[0], end, rows.instrumentCount, "books.instrument");
  return books;
}

}  // namespace

void runFactorCube(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const SingleCube cube = readSingleCube(info, arguments);
  const std::size_t rank = readRank(info, arguments, 5, 1);
  CubeBasisOutputs basis{};
  basis.vectors = arguments.output<float>(6, "vectors", rank * scenarioStride(cube.scenarioCount));
  basis.loadings = arguments.output<float>(7, "loadings", rank * cube.rowCount);
  basis.loadingSum = arguments.output<double>(8, "loadingSum", cube.rowCount);
  basis.residual = arguments.output<double>(9, "residual", cube.rowCount);
  double* workspace =
      arguments.output<double>(10, "workspace", cubeBasisWorkspaceLength(cube.rowCount, cube.scenarioCount, rank));
  factorCube(cube, rank, basis, workspace);
}

void runPreselectTail(const Napi::CallbackInfo& info) {
  constexpr std::size_t first = 10;
  Arguments arguments(info);
  const SingleCube cube = readSingleCube(info, arguments);
  CubeBasis basis{};
  basis.rank = readRank(info, arguments, 5, 0);
  basis.vectors = arguments.input<float>(6, "basis.vectors", basis.rank * scenarioStride(cube.scenarioCount));
  basis.loadings = arguments.input<float>(7, "basis.loadings", basis.rank * cube.rowCount);
  const std::size_t bounds = basis.rank == 0 ? 0 : cube.rowCount;
  basis.loadingSum = arguments.input<double>(8, "basis.loadingSum", bounds);
  basis.residual = arguments.input<double>(9, "basis.residual", bounds);
  SparseRows books{};
  books.rowCount = arguments.count(first, "bookCount");
  books.rowOffsets = arguments.input<std::uint32_t>(first + 1, "rowOffsets", books.rowCount + 1);
  checkOffsets(info.Env(), books.rowOffsets, books.rowCount, "rowOffsets");
  const std::size_t end = books.rowOffsets[books.rowCount];
  books.instrument = arguments.input<std::uint32_t>(first + 2, "row", end);
  books.quantity = arguments.input<double>(first + 3, "quantity", end);
  const double confidence = readConfidence(info, first + 4);
  const std::size_t capacity = candidateCapacity(cube.scenarioCount, confidence);
  std::uint32_t* offsets = arguments.output<std::uint32_t>(first + 5, "candidateOffsets", books.rowCount + 1);
  std::uint32_t* candidate =
      arguments.output<std::uint32_t>(first + 6, "candidate", offsets[0] + books.rowCount * capacity);
  std::uint8_t* isLeft = arguments.output<std::uint8_t>(first + 7, "isLeft", books.rowCount);
  const std::size_t positions = end - books.rowOffsets[0];
  double* workspace = arguments.output<double>(
      first + 8, "workspace",
      preselectionWorkspaceLength(books.rowCount, positions, cube.scenarioCount, basis.rank, confidence));
  std::size_t bad = 0;
  Operands operands;
  operands.positions = &books;
  operands.instrumentCount = cube.rowCount;
  const KernelStatus status =
      preselectTail(cube, basis, books, confidence, offsets, candidate, isLeft, workspace, &bad);
  throwIfRefused(info.Env(), status, bad, operands);
}

void runBookTail(const Napi::CallbackInfo& info) {
  constexpr std::size_t first = kFirstOwnArgument;
  Arguments arguments(info);
  const ScenarioRows rows = readRows(info, arguments);
  const DollarBooks books = readBooks(info, arguments, rows);
  const auto* offsets = arguments.input<std::uint32_t>(first, "candidateOffsets", books.bookCount + 1);
  checkOffsets(info.Env(), offsets, books.bookCount, "candidateOffsets");
  const std::size_t end = offsets[books.bookCount];
  const auto* candidate = arguments.input<std::uint32_t>(first + 1, "candidate", end);
  checkBelow(info.Env(), candidate, offsets[0], end, rows.scenarioCount, "candidate");
  const double confidence = readConfidence(info, first + 2);
  BookTails tails{};
  tails.valueAtRisk = arguments.output<double>(first + 3, "valueAtRisk", books.bookCount);
  tails.expectedShortfall = arguments.output<double>(first + 4, "expectedShortfall", books.bookCount);
  tails.standardError = arguments.output<double>(first + 5, "standardError", books.bookCount);
  tails.worstPnl = arguments.output<double>(first + 6, "worstPnl", books.bookCount);
  tails.worstScenario = arguments.output<std::uint32_t>(first + 7, "worstScenario", books.bookCount);
  tails.tailScenario = arguments.output<std::uint32_t>(first + 8, "tailScenario",
                                                       books.bookCount * tailCount(rows.scenarioCount, confidence));
  double* workspace =
      arguments.output<double>(first + 9, "workspace", bookTailWorkspaceLength(end - offsets[0], rows.scenarioCount));
  bookTail(rows, books, offsets, candidate, confidence, tails, workspace);
}

void runTailContributions(const Napi::CallbackInfo& info) {
  constexpr std::size_t first = kFirstOwnArgument;
  Arguments arguments(info);
  const ScenarioRows rows = readRows(info, arguments);
  const DollarBooks books = readBooks(info, arguments, rows);
  const auto* unitValue = arguments.input<double>(first, "unitValue", rows.instrumentCount);
  const auto* taken = arguments.input<std::uint8_t>(first + 1, "taken", books.bookCount);
  const double confidence = readConfidence(info, first + 3);
  const std::size_t tailLength = books.bookCount * tailCount(rows.scenarioCount, confidence);
  const auto* tailScenario = arguments.input<std::uint32_t>(first + 2, "tailScenario", tailLength);
  checkBelow(info.Env(), tailScenario, 0, tailLength, rows.scenarioCount, "tailScenario");
  const std::size_t groups = books.groupOffsets[books.sectionOffsets[books.bookCount]];
  double* contribution = arguments.output<double>(first + 4, "contribution", books.positionOffsets[groups]);
  double* workspace =
      arguments.output<double>(first + 5, "workspace", bookTailWorkspaceLength(tailLength, rows.scenarioCount));
  tailContributions(rows, books, unitValue, taken, tailScenario, confidence, contribution, workspace);
}

}  // namespace margincube

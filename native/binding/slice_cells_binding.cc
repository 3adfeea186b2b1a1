#include "slice_cells_binding.h"

#include "../kernels/book_tail.h"
#include "../kernels/slice_cells.h"
#include "arguments.h"
#include "offsets.h"

namespace margincube {
namespace {

/** Rows `first` to `first + count` are within a cube of `rows`. */
void checkWithin(Napi::Env env, std::size_t first, std::size_t count, std::size_t rows, const char* name) {
  if (first + count <= rows) return;
  throw Napi::RangeError::New(
      env, expected("an integer >= " + std::to_string(first + count), name, std::to_string(rows), "number"));
}

/** Arguments 0 to 3. */
CubeSlice readSlice(Arguments& arguments) {
  CubeSlice slice{};
  slice.first = arguments.count(1, "slice.first");
  slice.count = arguments.count(2, "slice.count");
  slice.scenarioCount = arguments.count(3, "slice.scenarioCount");
  slice.pnl = arguments.input<double>(0, "slice.pnl", slice.count * scenarioStride(slice.scenarioCount));
  return slice;
}

const double* readFactors(const Napi::CallbackInfo& info, Arguments& arguments, std::size_t position,
                          const std::uint32_t* spotRow, std::size_t count, std::size_t scenarioCount) {
  const std::size_t spotRows = arguments.count(position, "spotRows");
  checkBelow(info.Env(), spotRow, 0, count, spotRows, "spotRow");
  return arguments.input<double>(position + 1, "spotFactor", spotRows * scenarioStride(scenarioCount));
}

DollarCells readCells(const Napi::CallbackInfo& info, Arguments& arguments, std::size_t position, std::size_t first,
                      std::size_t count, std::size_t scenarioCount) {
  DollarCells cells{};
  cells.rowCount = arguments.count(position + 1, "rowCount");
  checkWithin(info.Env(), first, count, cells.rowCount, "rowCount");
  cells.cells = arguments.output<float>(position, "cells", cells.rowCount * scenarioStride(scenarioCount));
  cells.largest = arguments.output<double>(position + 2, "largest", cells.rowCount);
  cells.gross = arguments.output<double>(position + 3, "gross", cells.rowCount);
  return cells;
}

}  // namespace

void runPlaceCells(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const CubeSlice slice = readSlice(arguments);
  const auto* scenarioAt = arguments.input<std::uint32_t>(4, "scenarioAt", slice.scenarioCount);
  checkBelow(info.Env(), scenarioAt, 0, slice.scenarioCount, slice.scenarioCount, "scenarioAt");
  const std::size_t instruments = arguments.count(5, "instrumentCount");
  checkWithin(info.Env(), slice.first, slice.count, instruments, "instrumentCount");
  double* rows = arguments.output<double>(6, "rows", instruments * tailBlockCount(slice.scenarioCount) * kTailLanes);
  placeCells(slice, scenarioAt, instruments, rows);
}

void runDollarCells(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const CubeSlice slice = readSlice(arguments);
  SliceTerms terms{};
  terms.spotRow = arguments.input<std::uint32_t>(4, "spotRow", slice.count);
  terms.isInverse = arguments.input<std::uint8_t>(5, "isInverse", slice.count);
  terms.price = arguments.input<double>(6, "price", slice.count);
  terms.value = arguments.input<double>(7, "value", slice.count);
  const double* factors = readFactors(info, arguments, 8, terms.spotRow, slice.count, slice.scenarioCount);
  dollarCells(slice, terms, factors, readCells(info, arguments, 10, slice.first, slice.count, slice.scenarioCount));
}

void runCoinCells(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t first = arguments.count(0, "first");
  const std::size_t count = arguments.count(1, "count");
  const std::size_t scenarioCount = arguments.count(2, "scenarioCount");
  const auto* spotRow = arguments.input<std::uint32_t>(3, "spotRow", count);
  const auto* price = arguments.input<double>(4, "price", count);
  const double* factors = readFactors(info, arguments, 5, spotRow, count, scenarioCount);
  coinCells(first, count, scenarioCount, spotRow, price, factors,
            readCells(info, arguments, 7, first, count, scenarioCount));
}

}  // namespace margincube

#include "slice_cells_checks.h"

#include <algorithm>
#include <random>
#include <vector>

#include "../kernels/book_tail.h"
#include "../kernels/slice_cells.h"
#include "checks.h"

namespace margincube::harness {
namespace {

constexpr std::size_t kFirst = 2;
constexpr std::size_t kCount = 5;
constexpr std::size_t kInstruments = 8;
constexpr std::size_t kRows = kInstruments + 1;

void checkSlice(std::size_t scenarios, std::mt19937_64& generator) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  const std::size_t stride = scenarioStride(scenarios);
  std::vector<double> pnl(kCount * stride), factors(stride), price(kCount), value(kCount);
  for (double& cell : pnl) cell = uniform(generator);
  for (double& factor : factors) factor = 1 + uniform(generator) / 2;
  for (double& one : price) one = 2 + uniform(generator);
  for (double& one : value) one = uniform(generator);
  const std::vector<std::uint32_t> spotRow(kCount, 0);
  const std::vector<std::uint8_t> isInverse{0, 1, 0, 1, 1};
  std::vector<std::uint32_t> scenarioAt(scenarios);
  for (std::size_t place = 0; place < scenarios; ++place) {
    scenarioAt[place] = static_cast<std::uint32_t>(scenarios - 1 - place);
  }
  std::vector<double> rows(kInstruments * tailBlockCount(scenarios) * kTailLanes), largest(kRows), gross(kRows);
  std::vector<float> cells(kRows * stride);
  const CubeSlice slice{pnl.data(), kFirst, kCount, scenarios};
  const DollarCells to{cells.data(), kRows, largest.data(), gross.data()};
  placeCells(slice, scenarioAt.data(), kInstruments, rows.data());
  dollarCells(slice, {spotRow.data(), isInverse.data(), price.data(), value.data()}, factors.data(), to);
  coinCells(kInstruments, 1, scenarios, spotRow.data(), price.data(), factors.data(), to);
  for (std::size_t at = 0; at < kCount; ++at) {
    double most = 0;
    for (std::size_t s = 0; s < scenarios; ++s) {
      const double unit = pnl[cubeRow(s / kScenarioBlock, at, kCount) + s % kScenarioBlock];
      const std::size_t place = scenarios - 1 - s;
      expectTrue(rows[(place / kTailLanes * kInstruments + kFirst + at) * kTailLanes + place % kTailLanes] == unit,
                 "a cell stands at the place of its scenario");
      const double dollars =
          isInverse[at] ? (unit + value[at]) * price[at] * factors[s] - value[at] * price[at] : unit * price[at];
      most = std::max(most, std::fabs(dollars));
      const float cell = cells[cubeRow(s / kScenarioBlock, kFirst + at, kRows) + s % kScenarioBlock];
      expectNear(static_cast<double>(cell), dollars, 1e-6, "a cell is its P&L in dollars");
    }
    expectNear(largest[kFirst + at], most, 1e-15, "a row knows its largest cell");
    expectTrue(gross[kFirst + at] >= largest[kFirst + at] * (1 - 1e-12), "an intermediate is no smaller than a cell");
  }
  double most = 0;
  for (std::size_t s = 0; s < scenarios; ++s) most = std::max(most, std::fabs(price[0] * (factors[s] - 1)));
  expectNear(largest[kInstruments], most, 1e-15, "coins move with the price");
}

}  // namespace

void checkSliceCells() {
  std::mt19937_64 generator(53);
  for (const std::size_t scenarios : {1, 7, 8, 9, 63, 64, 65, 130}) checkSlice(scenarios, generator);
}

}  // namespace margincube::harness

#include "slice_cells.h"

#include <algorithm>
#include <cmath>

#include "book_tail.h"
#include "single_cube.h"

namespace margincube {
namespace {

/** The larger of two; no number where one is none. */
double largerOf(double a, double b) noexcept { return a < b || std::isnan(b) ? b : a; }

/** Size of a dollar cell and of the largest number on the way to it. */
struct Sizes {
  double cell = 0;
  double gross = 0;
};

/** Cells of one row, a block at a time; `cellOf(block, lane, &gross)` is the cell in dollars. */
template <typename CellOf>
void fillRow(std::size_t row, std::size_t scenarioCount, const DollarCells& to, const CellOf& cellOf) noexcept {
  // A maximum for each lane: lanes do not wait for each other.
  Sizes sizes[kScenarioBlock];
  for (std::size_t block = 0; block < blockCount(scenarioCount); ++block) {
    float* cells = to.cells + cubeRow(block, row, to.rowCount);
    const std::size_t lanes = scenariosInBlock(block, scenarioCount);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      double gross;
      const double dollars = cellOf(block, lane, &gross);
      cells[lane] = static_cast<float>(dollars);
      sizes[lane].cell = largerOf(sizes[lane].cell, std::fabs(dollars));
      sizes[lane].gross = largerOf(sizes[lane].gross, gross);
    }
  }
  Sizes largest;
  for (const Sizes& own : sizes) {
    largest.cell = largerOf(largest.cell, own.cell);
    largest.gross = largerOf(largest.gross, own.gross);
  }
  to.largest[row] = largest.cell;
  to.gross[row] = largest.gross;
}

}  // namespace

void placeCells(const CubeSlice& slice, const std::uint32_t* scenarioAt, std::size_t instrumentCount,
                double* rows) noexcept {
  // Instruments inside scenarios: what is read and what is written then lie close together.
  for (std::size_t place = 0; place < slice.scenarioCount; ++place) {
    const std::size_t scenario = scenarioAt[place];
    const double* from = slice.pnl + cubeRow(scenario / kScenarioBlock, 0, slice.count) + scenario % kScenarioBlock;
    double* to = rows + (place / kTailLanes * instrumentCount + slice.first) * kTailLanes + place % kTailLanes;
    for (std::size_t at = 0; at < slice.count; ++at) to[at * kTailLanes] = from[at * kScenarioBlock];
  }
}

void dollarCells(const CubeSlice& slice, const SliceTerms& terms, const double* spotFactor,
                 const DollarCells& to) noexcept {
  for (std::size_t at = 0; at < slice.count; ++at) {
    const double* factors = spotFactor + terms.spotRow[at] * scenarioStride(slice.scenarioCount);
    const double price = terms.price[at];
    const double value = terms.value[at];
    const double valueNow = value * price;
    const auto unit = [&](std::size_t block, std::size_t lane) noexcept {
      return slice.pnl[cubeRow(block, at, slice.count) + lane];
    };
    if (terms.isInverse[at]) {
      fillRow(slice.first + at, slice.scenarioCount, to,
              [&](std::size_t block, std::size_t lane, double* gross) noexcept {
                const double factor = factors[block * kScenarioBlock + lane];
                const double pnl = unit(block, lane);
                *gross = (std::fabs(pnl) + std::fabs(value)) * price * factor + std::fabs(valueNow);
                return (pnl + value) * price * factor - valueNow;
              });
    } else {
      fillRow(slice.first + at, slice.scenarioCount, to,
              [&](std::size_t block, std::size_t lane, double* gross) noexcept {
                const double dollars = unit(block, lane) * price;
                *gross = std::fabs(dollars);
                return dollars;
              });
    }
  }
}

void coinCells(std::size_t first, std::size_t count, std::size_t scenarioCount, const std::uint32_t* spotRow,
               const double* price, const double* spotFactor, const DollarCells& to) noexcept {
  for (std::size_t at = 0; at < count; ++at) {
    const double* factors = spotFactor + spotRow[at] * scenarioStride(scenarioCount);
    fillRow(first + at, scenarioCount, to, [&](std::size_t block, std::size_t lane, double* gross) noexcept {
      const double factor = factors[block * kScenarioBlock + lane];
      *gross = price[at] * (factor + 1);
      return price[at] * (factor - 1);
    });
  }
}

}  // namespace margincube

#include "book_tail_checks.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "../kernels/book_tail.h"
#include "../kernels/cube_basis.h"
#include "../kernels/tail_preselection.h"
#include "../kernels/tail_selection.h"
#include "checks.h"

namespace margincube::harness {
namespace {

constexpr std::size_t kBooks = 9;
constexpr std::size_t kPositions = 14;

/** Rows that are sums of a few random ones, their cells in both precisions, and books over them. */
struct Problem {
  std::size_t rows;
  std::size_t scenarios;
  std::vector<double> pnl, spotFactor, largest, quantity, price, value, coinWorth;
  std::vector<float> cells;
  std::vector<std::uint32_t> offsets, groups, spotRow, instrument;
  std::vector<std::uint8_t> isInverse;

  Problem(std::size_t rowCount, std::size_t scenarioCount, std::mt19937_64& generator)
      : rows(rowCount), scenarios(scenarioCount) {
    std::student_t_distribution<double> draw(3);
    constexpr std::size_t kFactors = 4;
    std::vector<double> factors(kFactors * scenarios), weights(kFactors * rows);
    for (double& factor : factors) factor = draw(generator);
    for (double& weight : weights) weight = draw(generator);
    pnl.assign(rows * scenarios, 0);
    cells.assign(rows * scenarioStride(scenarios), 0);
    largest.assign(rows, 0);
    for (std::size_t s = 0; s < scenarios; ++s) {
      for (std::size_t row = 0; row < rows; ++row) {
        double cell = 0;
        for (std::size_t f = 0; f < kFactors; ++f) cell += weights[row * kFactors + f] * factors[f * scenarios + s];
        pnl[s * rows + row] = cell;
        cells[cubeRow(s / kScenarioBlock, row, rows) + s % kScenarioBlock] = static_cast<float>(cell);
        largest[row] = std::max(largest[row], std::fabs(cell));
      }
    }
    spotFactor.assign(scenarioStride(scenarios), 1);
    offsets.resize(kBooks + 1);
    groups.resize(kBooks + 1);
    std::iota(groups.begin(), groups.end(), 0u);
    for (std::size_t book = 0; book < kBooks; ++book) {
      // Few positions go over the rows, more over the basis; one book is empty.
      const std::size_t count = book == 0 ? 0 : 1 + generator() % kPositions;
      offsets[book + 1] = offsets[book] + static_cast<std::uint32_t>(count);
      for (std::size_t k = 0; k < count; ++k) {
        instrument.push_back(static_cast<std::uint32_t>(generator() % rows));
        quantity.push_back(draw(generator));
      }
    }
    spotRow.assign(kBooks, 0);
    coinWorth.assign(kBooks, 0);
    isInverse.assign(kBooks, 0);
    price.assign(kBooks, 1);
    value.assign(kBooks, 0);
  }

  double bookPnl(std::size_t book, std::size_t scenario) const {
    double sum = 0;
    for (std::size_t k = offsets[book]; k < offsets[book + 1]; ++k) {
      sum += quantity[k] * pnl[scenario * rows + instrument[k]];
    }
    return sum;
  }
};

void checkTails(const Problem& problem, std::size_t rank, double confidence) {
  const std::size_t stride = scenarioStride(problem.scenarios);
  const SingleCube cube{problem.cells.data(), problem.rows, problem.scenarios, problem.largest.data(),
                        problem.largest.data()};
  std::vector<float> vectors(rank * stride), loadings(rank * problem.rows);
  std::vector<double> loadingSum(problem.rows), residual(problem.rows);
  if (rank > 0) {
    std::vector<double> workspace(cubeBasisWorkspaceLength(problem.rows, problem.scenarios, rank));
    factorCube(cube, rank, {vectors.data(), loadings.data(), loadingSum.data(), residual.data()}, workspace.data());
  }
  const CubeBasis basis{rank, vectors.data(), loadings.data(), loadingSum.data(), residual.data()};
  SparseRows sparse{};
  sparse.rowCount = kBooks;
  sparse.rowOffsets = problem.offsets.data();
  sparse.instrument = problem.instrument.data();
  sparse.quantity = problem.quantity.data();
  const std::size_t capacity = candidateCapacity(problem.scenarios, confidence);
  const std::size_t positions = problem.offsets[kBooks];
  // What an earlier call found stands in front.
  constexpr std::size_t kFormer = 3;
  std::vector<std::uint32_t> found(kFormer + kBooks * capacity), ends(kBooks + 1, kFormer);
  std::vector<std::uint8_t> isLeft(kBooks);
  std::vector<double> workspace(preselectionWorkspaceLength(kBooks, positions, problem.scenarios, rank, confidence));
  std::size_t bad = 0;
  expectTrue(preselectTail(cube, basis, sparse, confidence, ends.data(), found.data(), isLeft.data(), workspace.data(),
                           &bad) == KernelStatus::kOk,
             "preselectTail accepts finite books");
  expectTrue(ends[0] == kFormer && ends[1] == kFormer && isLeft[0] == 0, "a book without rows has no candidates");

  std::vector<std::uint32_t> offsets(kBooks + 1), candidate;
  for (std::size_t book = 0; book < kBooks; ++book) {
    candidate.insert(candidate.end(), found.begin() + ends[book], found.begin() + ends[book + 1]);
    if (isLeft[book] == 1) {
      for (std::size_t s = 0; s < problem.scenarios; ++s) candidate.push_back(static_cast<std::uint32_t>(s));
    }
    offsets[book + 1] = static_cast<std::uint32_t>(candidate.size());
  }
  // The last scenario stands first: the tails do not depend on it.
  std::vector<std::uint32_t> placeOf(problem.scenarios);
  std::vector<double> pnl(problem.rows * tailBlockCount(problem.scenarios) * kTailLanes);
  for (std::size_t s = 0; s < problem.scenarios; ++s) {
    const std::size_t place = problem.scenarios - 1 - s;
    placeOf[s] = static_cast<std::uint32_t>(place);
    for (std::size_t row = 0; row < problem.rows; ++row) {
      pnl[(place / kTailLanes * problem.rows + row) * kTailLanes + place % kTailLanes] =
          problem.pnl[s * problem.rows + row];
    }
  }
  const ScenarioRows rows{pnl.data(), problem.rows, problem.scenarios, problem.spotFactor.data(), 1, placeOf.data()};
  const DollarBooks books{kBooks,
                          problem.groups.data(),
                          problem.groups.data(),
                          problem.coinWorth.data(),
                          problem.spotRow.data(),
                          problem.offsets.data(),
                          problem.isInverse.data(),
                          problem.price.data(),
                          problem.value.data(),
                          problem.instrument.data(),
                          problem.quantity.data()};
  const std::size_t tail = tailCount(problem.scenarios, confidence);
  std::vector<double> valueAtRisk(kBooks), shortfall(kBooks), error(kBooks), worst(kBooks);
  std::vector<std::uint32_t> worstScenario(kBooks), tailScenario(kBooks * tail);
  const std::size_t most = std::max(candidate.size(), kBooks * tail);
  std::vector<double> space(bookTailWorkspaceLength(most, problem.scenarios));
  bookTail(
      rows, books, offsets.data(), candidate.data(), confidence,
      {valueAtRisk.data(), shortfall.data(), error.data(), worst.data(), worstScenario.data(), tailScenario.data()},
      space.data());
  std::vector<double> unitValue(problem.rows), contribution(positions);
  const std::vector<std::uint8_t> taken(kBooks, 1);
  tailContributions(rows, books, unitValue.data(), taken.data(), tailScenario.data(), confidence, contribution.data(),
                    space.data());

  for (std::size_t book = 0; book < kBooks; ++book) {
    std::vector<double> sorted(problem.scenarios);
    for (std::size_t s = 0; s < problem.scenarios; ++s) sorted[s] = problem.bookPnl(book, s);
    std::sort(sorted.begin(), sorted.end());
    const double size = 1e-12 * (1 + std::fabs(sorted[0]));
    expectNear(valueAtRisk[book], -sorted[tail - 1], size, "value at risk of a preselected book");
    expectNear(worst[book], sorted[0], size, "worst scenario of a preselected book");
    double sum = 0;
    for (std::size_t k = problem.offsets[book]; k < problem.offsets[book + 1]; ++k) sum += contribution[k];
    expectNear(sum, shortfall[book], 1e-9 * (1 + std::fabs(sorted[0])), "contributions add up to the shortfall");
  }
}

}  // namespace

void checkBookTail() {
  std::mt19937_64 generator(17);
  for (const std::size_t scenarios : {1, 63, 64, 65, 1024, 1025, 3000}) {
    const Problem problem(23, scenarios, generator);
    for (const std::size_t rank : {0, 1, 4, 6, 13}) {
      for (const double confidence : {0.5, 0.99}) checkTails(problem, rank, confidence);
    }
  }
}

}  // namespace margincube::harness

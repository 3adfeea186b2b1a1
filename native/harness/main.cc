/**
 * The kernels without Node, for sanitizers: known answers, error tables against `long double`, every width of a block,
 * and the same work from several threads. `scripts/sanitize.mjs` builds and runs it.
 */
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <thread>
#include <vector>

#include "../kernels/aggregate.h"
#include "../kernels/black76.h"
#include "../kernels/lanes_info.h"
#include "../kernels/scenario_pnl.h"
#include "book.h"
#include "book_arrangement_checks.h"
#include "book_tail_checks.h"
#include "checks.h"
#include "column_pages_checks.h"
#include "implied_volatility_checks.h"
#include "largest_positions_checks.h"
#include "scenario_generation_checks.h"
#include "slice_cells_checks.h"
#include "sum_tree_checks.h"
#include "surface_query_checks.h"
#include "svi_checks.h"
#include "tail_margins_checks.h"
#include "tail_selection_checks.h"

namespace margincube::harness {
namespace {

long double normalCdf(long double z) { return 0.5L * erfcl(-z * 0.70710678118654752440084436210485L); }

/** The textbook formula in extended precision: absolute error of about 1e-19 x max(forward, strike). */
long double textbookPrice(bool isCall, long double forward, long double strike, long double volatility,
                          long double years) {
  const long double s = volatility * sqrtl(years);
  if (s == 0) return std::max(isCall ? forward - strike : strike - forward, 0.0L);
  const long double d1 = logl(forward / strike) / s + s / 2;
  const long double d2 = d1 - s;
  return isCall ? forward * normalCdf(d1) - strike * normalCdf(d2) : strike * normalCdf(-d2) - forward * normalCdf(-d1);
}

void checkKnownPrices() {
  // Call, F 60000, K 65000, vol 0.6, 30 days; put, F 100, K 60, vol 0.5, 0.1 year; 40 digits, rounded.
  const std::uint8_t isCall[] = {1, 0};
  const double forward[] = {60000, 100}, strike[] = {65000, 60}, volatility[] = {0.6, 0.5}, years[] = {30 / 365.0, 0.1};
  double price[2];
  std::size_t bad = 0;
  const KernelStatus status = black76Price({2, isCall, forward, strike, volatility, years}, price, &bad);
  expectTrue(status == KernelStatus::kOk, "black76Price accepts good numbers");
  expectNear(price[0], 2237.868155404665, 2.3e-9, "known call");
  expectNear(price[1], 0.0020178734766216305, 2e-15, "known put");
}

void checkRefusals() {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::uint8_t isCall[] = {1, 1};
  const double good[] = {1, 1}, poor[] = {1, nan};
  double price[2];
  std::size_t bad = 0;
  expectTrue(black76Price({2, isCall, good, poor, good, good}, price, &bad) == KernelStatus::kStrike && bad == 1,
             "a NaN strike is refused and found");
  std::uint32_t index = 0;
  double worst = 0;
  std::vector<double> vector(kScenarioBlock, 1.0);
  vector[40] = nan;
  expectTrue(worstLoss(vector.data(), 1, 41, &worst, &index, &bad) == KernelStatus::kVectors && bad == 40,
             "a NaN in a vector is refused and found");
}

long double textbookPnl(const InstrumentColumns& instruments, std::size_t i, long double factor, double volatility) {
  const auto payoff = static_cast<Payoff>(instruments.payoff[i]);
  const long double moving = instruments.forward[i] * factor;
  const long double before = instruments.forward[i];
  if (payoff == Payoff::kLinearDeltaOne) return moving - before;
  if (payoff == Payoff::kInverseDeltaOne) return -1 / moving + 1 / before;
  const bool isCall = payoff == Payoff::kLinearCall || payoff == Payoff::kInverseCall;
  const bool inverse = payoff == Payoff::kInverseCall || payoff == Payoff::kInversePut;
  const long double from = instruments.fixedForward[i] + before, to = instruments.fixedForward[i] + moving;
  const long double strike = instruments.strike[i], years = instruments.timeToExpiryYears[i];
  const long double old = textbookPrice(isCall, from, strike, instruments.volatility[i], years);
  const long double shocked = textbookPrice(isCall, to, strike, volatility, years);
  return inverse ? shocked / to - old / from : shocked - old;
}

/** Worst error of a P&L in units of the sum of the bounds of its two prices, over a whole cube. */
void checkCube(std::size_t scenarioCount, double reach) {
  const Book book(60, scenarioCount, 17 + scenarioCount, reach);
  const InstrumentColumns instruments = book.instruments();
  const ScenarioColumns scenarios = book.scenarios();
  const std::size_t stride = scenarioStride(scenarioCount);
  std::vector<double> pnl(book.cubeLength()), volatility(book.cubeLength());
  std::size_t bad = 0;
  expectTrue(scenarioPnl(instruments, scenarios, pnl.data(), &bad) == KernelStatus::kOk, "scenarioPnl accepts a book");
  expectTrue(shockedVolatility(instruments, scenarios, volatility.data(), &bad) == KernelStatus::kOk,
             "shockedVolatility accepts a book");
  long double worst = 0;
  for (std::size_t i = 0; i < instruments.count; ++i) {
    const long double from = instruments.fixedForward[i] + instruments.forward[i];
    for (std::size_t s = 0; s < scenarioCount; ++s) {
      const long double factor = scenarios.spotFactor[instruments.spotRow[i] * stride + s];
      const long double to = instruments.fixedForward[i] + instruments.forward[i] * factor;
      const long double expected =
          textbookPnl(instruments, i, factor, volatility[i * stride + s]) * instruments.scale[i];
      const std::uint8_t payoff = instruments.payoff[i];
      const bool inverse = payoff != 0 && payoff != 1 && payoff != 4;
      const long double strike = instruments.strike[i];
      const long double size = inverse && payoff == 5 ? 1 / from + 1 / to
                               : inverse              ? std::max(1.0L, strike / from) + std::max(1.0L, strike / to)
                                                      : from + to;
      const double actual = pnl[cubeRow(s / kScenarioBlock, i, instruments.count) + s % kScenarioBlock];
      expectTrue(std::isfinite(actual), "a P&L is finite");
      worst = std::max(worst, fabsl(actual - expected) / (size * fabsl(instruments.scale[i])));
    }
  }
  char what[80];
  std::snprintf(what, sizeof what, "scenarioPnl, 60 instruments x %zu scenarios of reach %g", scenarioCount, reach);
  expectBound(static_cast<double>(worst), 1e-15, what);
}

void checkAggregate(std::size_t scenarioCount) {
  constexpr std::size_t kInstruments = 40, kRows = 9;
  const std::size_t stride = scenarioStride(scenarioCount);
  std::mt19937_64 generator(scenarioCount);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::vector<double> cube(kInstruments * stride);
  for (double& cell : cube) cell = uniform(generator);
  std::vector<std::uint32_t> offsets = {0}, instrument;
  std::vector<double> quantity;
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t k = 0; k < row; ++k) {
      instrument.push_back(static_cast<std::uint32_t>(generator() % kInstruments));
      quantity.push_back(uniform(generator));
    }
    offsets.push_back(static_cast<std::uint32_t>(instrument.size()));
  }
  std::vector<double> vectors(kRows * stride), worst(kRows);
  std::vector<std::uint32_t> worstIndex(kRows);
  std::size_t bad = 0;
  const SparseRows positions = {kRows, offsets.data(), instrument.data(), quantity.data()};
  expectTrue(aggregate(cube.data(), kInstruments, scenarioCount, positions, vectors.data(), &bad) == KernelStatus::kOk,
             "aggregate accepts good rows");
  expectTrue(
      worstLoss(vectors.data(), kRows, scenarioCount, worst.data(), worstIndex.data(), &bad) == KernelStatus::kOk,
      "worstLoss accepts finite vectors");
  double error = 0;
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t s = 0; s < scenarioCount; ++s) {
      long double sum = 0;
      for (std::uint32_t k = offsets[row]; k < offsets[row + 1]; ++k) {
        const std::size_t cell = cubeRow(s / kScenarioBlock, instrument[k], kInstruments) + s % kScenarioBlock;
        sum += static_cast<long double>(quantity[k]) * cube[cell];
      }
      error = std::max(error, static_cast<double>(fabsl(vectors[row * stride + s] - sum)));
      expectTrue(vectors[row * stride + s] >= worst[row], "worstLoss is the smallest");
    }
  }
  char what[64];
  std::snprintf(what, sizeof what, "aggregate, %zu scenarios", scenarioCount);
  expectBound(error, 2e-15, what);
}

/** Several threads over shared inputs, each with its own output: the bits of all are the same. */
void checkThreads() {
  constexpr int kThreads = 4, kRounds = 20;
  const Book book(50, 100, 3);
  std::vector<std::vector<double>> cubes(kThreads, std::vector<double>(book.cubeLength()));
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::size_t bad = 0;
      for (int round = 0; round < kRounds; ++round) {
        scenarioPnl(book.instruments(), book.scenarios(), cubes[t].data(), &bad);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& cube : cubes) {
    expectTrue(std::memcmp(cube.data(), cubes[0].data(), cube.size() * sizeof(double)) == 0,
               "threads compute the same bits");
  }
}

}  // namespace
}  // namespace margincube::harness

int main() {
  using namespace margincube::harness;
  std::printf("packets of %zu doubles\n", margincube::packetDoubles());
  checkKnownPrices();
  checkRefusals();
  for (const std::size_t count : {1, 7, 8, 33, 40, 57, 64, 65, 200}) {
    checkCube(count, 1);
    checkCube(count, 0.1);
    checkAggregate(count);
  }
  checkColumnPages();
  checkSurfaceQuery();
  checkSumTree();
  checkSvi();
  checkImpliedVolatility();
  checkScenarioGeneration();
  checkTailSelection();
  checkBookArrangement();
  checkBookTail();
  checkSliceCells();
  checkLargestPositions();
  checkTailMargins();
  checkThreads();
  std::printf(failures == 0 ? "all checks passed\n" : "%d checks FAILED\n", failures);
  return failures == 0 ? 0 : 1;
}

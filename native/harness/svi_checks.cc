/** SVI slices: truths recovered in workspaces of the exact size, in several threads, at every width of a stripe. */
#include "svi_checks.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <thread>
#include <vector>

#include "../kernels/svi_check.h"
#include "../kernels/svi_fit.h"
#include "../kernels/svi_start.h"
#include "checks.h"

namespace margincube::harness {
namespace {

constexpr std::size_t kGrid = 121;

/** Slices without noise whose total variance rises with time. */
struct Surface {
  std::vector<std::uint32_t> offsets{0};
  std::vector<double> logMoneyness, totalVariance, weight, years, huber, truth, start, grid, floor, ceiling, none;
  std::vector<std::uint8_t> fixed;

  Surface(std::size_t slices, std::size_t quotes) {
    for (std::size_t slice = 0; slice < slices; ++slice) {
      const double time = 0.02 * std::pow(1.8, static_cast<double>(slice));
      const double deviation = 0.6 * std::sqrt(time);
      const double wings[] = {0.7 * deviation, 0.5 * deviation, 0.9 * deviation * deviation, 0.05 * deviation,
                              1.2 * deviation};
      const double scaled[] = {1.3, 0.8, 1.1, 0.5, 0.8};
      for (std::size_t p = 0; p < kSviParameters; ++p) {
        truth.push_back(wings[p]);
        start.push_back(wings[p] * scaled[p]);
      }
      const SviWings x = sviWings(wings);
      for (std::size_t i = 0; i < quotes; ++i) {
        const double k = deviation * (-2.0 + 4.0 * static_cast<double>(i) / static_cast<double>(quotes - 1));
        logMoneyness.push_back(k);
        totalVariance.push_back(sviPoint(x, sviBase(x), k).w);
        weight.push_back(100.0 / totalVariance.back());
      }
      offsets.push_back(static_cast<std::uint32_t>(logMoneyness.size()));
      years.push_back(time);
      huber.push_back(2.0);
      fixed.push_back(0);
    }
    for (std::size_t i = 0; i < kGrid; ++i) grid.push_back(-1.5 + 3.0 * static_cast<double>(i) / (kGrid - 1));
    floor.assign(kGrid, 0.0);
    ceiling.assign(kGrid, std::numeric_limits<double>::infinity());
    none.assign(slices * kSviParameters, 0.0);
  }

  std::size_t slices() const { return years.size(); }

  SviFitInputs inputs() const {
    SviFitInputs in{};
    in.sliceCount = slices();
    in.quoteOffsets = offsets.data();
    in.logMoneyness = logMoneyness.data();
    in.totalVariance = totalVariance.data();
    in.weight = weight.data();
    in.timeToExpiryYears = years.data();
    in.huberDelta = huber.data();
    in.isFixed = fixed.data();
    in.gridCount = kGrid;
    in.grid = grid.data();
    in.floor = floor.data();
    in.ceiling = ceiling.data();
    in.butterflyPenalty = in.calendarPenalty = 1e3;
    in.prior = in.priorPrecision = none.data();
    in.iterationsMax = 200;
    in.tolerance = 1e-14;
    return in;
  }

  /** Parameters from the start, in a workspace of exactly the stated size. */
  std::vector<double> fit() const {
    std::vector<double> parameters = start;
    std::vector<double> workspace(sviFitWorkspaceLength(slices(), logMoneyness.size(), kGrid));
    const SviFitSummary summary = sviFit(inputs(), parameters.data(), workspace.data());
    expectTrue(summary.status != SviFitStatus::kNotFinite, "a fit of finite quotes is finite");
    return parameters;
  }
};

void checkTruth(std::size_t slices, std::size_t quotes) {
  const Surface surface(slices, quotes);
  const std::vector<double> parameters = surface.fit();
  double worst = 0;
  for (std::size_t slice = 0; slice < slices; ++slice) {
    const SviWings x = sviWings(parameters.data() + slice * kSviParameters);
    for (std::size_t i = surface.offsets[slice]; i < surface.offsets[slice + 1]; ++i) {
      const double w = sviPoint(x, sviBase(x), surface.logMoneyness[i]).w;
      worst = std::max(worst, std::fabs(w / surface.totalVariance[i] - 1.0));
    }
  }
  char what[64];
  std::snprintf(what, sizeof what, "sviFit, %zu slices of %zu quotes", slices, quotes);
  expectBound(worst, 1e-8, what);
}

void checkArbitrage() {
  const Surface surface(3, 9);
  std::vector<double> butterfly(3), butterflyAt(3), calendar(3), calendarAt(3);
  const SviArbitrage result{butterfly.data(), butterflyAt.data(), calendar.data(), calendarAt.data()};
  sviArbitrage(3, surface.truth.data(), kGrid, surface.grid.data(), result);
  for (std::size_t slice = 0; slice < 3; ++slice) {
    expectTrue(butterfly[slice] > 0 && calendar[slice] > 0, "the sample surface is free of arbitrage");
  }
}

void checkStarts() {
  const Surface surface(1, 13);
  std::vector<double> starts(8 * kSviParameters);
  const std::size_t found =
      sviStarts(13, surface.logMoneyness.data(), surface.totalVariance.data(), surface.weight.data(), 8, starts.data());
  expectTrue(found > 0, "quotes have starts");
  const double zero[] = {0.0};
  expectTrue(sviStarts(1, zero, zero, zero, 8, starts.data()) == 0, "no weight has no start");
}

void checkThreads() {
  constexpr int kThreads = 4;
  const Surface surface(5, 21);
  std::vector<std::vector<double>> fits(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) threads.emplace_back([&, t] { fits[t] = surface.fit(); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& fit : fits) {
    expectTrue(std::memcmp(fit.data(), fits[0].data(), fit.size() * sizeof(double)) == 0, "threads fit the same bits");
  }
}

}  // namespace

void checkSvi() {
  for (const std::size_t quotes : {5, 7, 8, 9, 60}) {
    for (const std::size_t slices : {1, 2, 12}) checkTruth(slices, quotes);
  }
  checkArbitrage();
  checkStarts();
  checkThreads();
}

}  // namespace margincube::harness

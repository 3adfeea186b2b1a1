#include "implied_volatility_checks.h"

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "../kernels/implied_volatility.h"
#include "checks.h"

namespace margincube::harness {
namespace {

constexpr std::size_t kRows = 20000;
/** A tail below this has no digits left in the reference, which subtracts. */
constexpr long double kCancellationMax = 1e-2L;

struct Columns {
  std::vector<std::uint8_t> isCall, status;
  std::vector<double> forward, strike, price, years, volatility;

  explicit Columns(std::size_t count)
      : isCall(count, 1),
        status(count, 255),
        forward(count, 1),
        strike(count, 1),
        price(count, 0.1),
        years(count, 1),
        volatility(count, -1) {}

  void invert() {
    impliedVolatility({isCall.size(), isCall.data(), forward.data(), strike.data(), price.data(), years.data()},
                      volatility.data(), status.data());
  }
};

long double normalCdf(long double z) { return 0.5L * erfcl(-z * 0.70710678118654752440084436210485L); }

/** Rows of one range of h = |x|/s and s; the price is long double arithmetic, rounded once. */
void checkRange(const char* what, double hMax, double sMin, double sMax, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(generator);
  };
  Columns rows(kRows);
  std::vector<double> attainable(kRows, 0), total(kRows, 1);
  for (std::size_t i = 0; i < kRows; ++i) {
    const double s = total[i] = std::exp(uniform(std::log(sMin), std::log(sMax)));
    rows.strike[i] = std::exp(s * uniform(0, hMax));
    const long double strike = rows.strike[i];
    const long double h = -logl(strike) / s;
    const long double first = normalCdf(h + s / 2.0L);
    const bool atTheMoney = strike == 1;
    const long double price = atTheMoney ? erfl(s / sqrtl(8.0L)) : first - strike * normalCdf(h - s / 2.0L);
    const long double vega = expl(-0.5L * (h + s / 2.0L) * (h + s / 2.0L)) / sqrtl(2 * acosl(-1.0L));
    // Left at the price it has where the reference is not good to a double.
    if (!(atTheMoney || price > kCancellationMax * first) || !(price < 1)) continue;
    rows.price[i] = static_cast<double>(price);
    attainable[i] = static_cast<double>((1 + price / (s * vega)) * 2.2e-16L);
  }
  rows.invert();
  double worst = 0;
  for (std::size_t i = 0; i < kRows; ++i) {
    expectTrue(std::isfinite(rows.volatility[i]), "an implied volatility is finite");
    if (attainable[i] == 0 || attainable[i] > 1e-3) continue;
    worst = std::max(worst, std::fabs(rows.volatility[i] / total[i] - 1) / attainable[i]);
  }
  expectBound(worst, 8, what);
}

void checkStatuses() {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const double tiny = std::numeric_limits<double>::denorm_min();
  using Status = ImpliedVolatilityStatus;
  struct Case {
    std::uint8_t isCall;
    double forward, strike, price, years;
    Status expected;
  };
  const Case cases[] = {
      {1, 100, 90, 9.99, 1, Status::kBelowIntrinsic},
      {1, 100, 110, -tiny, 1, Status::kBelowIntrinsic},
      {1, 100, 90, 10, 1, Status::kAtIntrinsic},
      {0, 100, 90, 0, 1, Status::kAtIntrinsic},
      {1, 100, 90, 100, 1, Status::kAboveMaximum},
      {0, 100, 90, 1e300, 1, Status::kAboveMaximum},
      {1, 100, 90, 20, 0, Status::kZeroTime},
      {1, 100, 90, 20, -1, Status::kZeroTime},
      {1, nan, 90, 20, 1, Status::kNotFinite},
      {1, 100, infinity, 20, 1, Status::kNotFinite},
      {1, 100, 90, nan, 1, Status::kNotFinite},
      {1, 100, 90, 20, infinity, Status::kNotFinite},
      {1, 0, 90, 20, 1, Status::kOutOfDomain},
      {1, 100, -90, 20, 1, Status::kOutOfDomain},
      {1, 100, 90, 20, tiny, Status::kOutOfDomain},
      {7, 100, 90, 20, 1, Status::kOutOfDomain},
      {1, 1e60, 1e60, 1e-300, 1, Status::kOk},
      {1, 1e-60, 1e60, tiny, 1, Status::kOk},
      {0, 1, 1, tiny, 1e-60, Status::kOk},
      {1, 1e-14, 1, 1e-148, 1, Status::kOk},
  };
  constexpr std::size_t kCases = sizeof cases / sizeof *cases;
  Columns rows(kCases);
  for (std::size_t i = 0; i < kCases; ++i) {
    rows.isCall[i] = cases[i].isCall;
    rows.forward[i] = cases[i].forward;
    rows.strike[i] = cases[i].strike;
    rows.price[i] = cases[i].price;
    rows.years[i] = cases[i].years;
  }
  rows.invert();
  for (std::size_t i = 0; i < kCases; ++i) {
    expectTrue(rows.status[i] == static_cast<std::uint8_t>(cases[i].expected), "an implied volatility's status");
    const bool positive = rows.volatility[i] > 0 && std::isfinite(rows.volatility[i]);
    expectTrue(positive == (cases[i].expected == Status::kOk), "a volatility for OK, 0 for every other status");
  }
}

}  // namespace

void checkImpliedVolatility() {
  checkStatuses();
  checkRange("impliedVolatility, at the money, s 1e-8 to 8", 0, 1e-8, 8, 1);
  checkRange("impliedVolatility, s 0.01 to 2, error / attainable", 2.2, 0.01, 2, 2);
  checkRange("impliedVolatility, s 2 to 12, error / attainable", 4, 2, 12, 3);
  for (std::size_t count = 0; count <= 130; ++count) {
    Columns rows(count);
    rows.invert();
    for (const double volatility : rows.volatility) {
      expectTrue(volatility == rows.volatility[0], "a row's bits do not depend on its place");
    }
  }
}

}  // namespace margincube::harness

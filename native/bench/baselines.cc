#include "baselines.h"

#include <algorithm>
#include <cmath>

namespace margincube {
namespace {

double normalCdf(double z) noexcept { return 0.5 * std::erfc(-z * 0.70710678118654752440); }

double price(bool isCall, double forward, double strike, double logMoneyness, double totalVolatility) noexcept {
  const double d1 = logMoneyness / totalVolatility + 0.5 * totalVolatility;
  const double d2 = d1 - totalVolatility;
  return isCall ? forward * normalCdf(d1) - strike * normalCdf(d2) : strike * normalCdf(-d2) - forward * normalCdf(-d1);
}

}  // namespace

void erfcScenarioPnl(const InstrumentColumns& instruments, const ScenarioColumns& scenarios,
                     const double* logSpotFactors, double* pnl) noexcept {
  const std::size_t stride = scenarioStride(scenarios.count);
  for (std::size_t i = 0; i < instruments.count; ++i) {
    const bool isCall = instruments.payoff[i] == static_cast<std::uint8_t>(Payoff::kLinearCall);
    const double forward = instruments.forward[i];
    const double strike = instruments.strike[i];
    const double logMoneyness = std::log(forward / strike);
    const double rootTime = std::sqrt(instruments.timeToExpiryYears[i]);
    const double unshocked = price(isCall, forward, strike, logMoneyness, instruments.volatility[i] * rootTime);
    const double* spotFactor = scenarios.spotFactor + instruments.spotRow[i] * stride;
    const double* logSpotFactor = logSpotFactors + instruments.spotRow[i] * stride;
    const std::size_t vol = instruments.volRow[i] * stride;
    for (std::size_t s = 0; s < scenarios.count; ++s) {
      const double multiplier = 1 + scenarios.volShock[vol + s] * instruments.termFactor[i];
      const double volatility =
          std::max(scenarios.volFloor[vol + s], instruments.volatility[i] * std::max(0.0, multiplier));
      const double value =
          price(isCall, forward * spotFactor[s], strike, logMoneyness + logSpotFactor[s], volatility * rootTime);
      pnl[i * stride + s] = (value - unshocked) * instruments.scale[i];
    }
  }
}

void rowAtATimeAggregate(const double* pnl, std::size_t scenarioCount, const SparseRows& positions,
                         double* vectors) noexcept {
  const std::size_t stride = scenarioStride(scenarioCount);
  for (std::size_t row = 0; row < positions.rowCount; ++row) {
    double* vector = vectors + row * stride;
    std::fill(vector, vector + stride, 0.0);
    for (std::size_t k = positions.rowOffsets[row]; k < positions.rowOffsets[row + 1]; ++k) {
      const double quantity = positions.quantity[k];
      const double* cells = pnl + positions.instrument[k] * stride;
      for (std::size_t s = 0; s < scenarioCount; ++s) vector[s] += quantity * cells[s];
    }
  }
}

}  // namespace margincube

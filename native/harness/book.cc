#include "book.h"

#include <cmath>

namespace margincube::harness {
namespace {

constexpr std::size_t kRows = 3;

}  // namespace

Book::Book(std::size_t instruments, std::size_t scenarios, std::uint64_t seed, double reach)
    : scenarioCount_(scenarios) {
  std::mt19937_64 generator(seed);
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(generator);
  };
  for (std::size_t i = 0; i < instruments; ++i) {
    payoff_.push_back(static_cast<std::uint8_t>(generator() % kPayoffCount));
    forward_.push_back(std::exp(uniform(-7, 12)));
    fixedForward_.push_back(i % 5 == 0 ? forward_[i] * uniform(0.1, 2) : 0);
    strike_.push_back(forward_[i] * std::exp(i % 7 == 0 ? uniform(-7, 7) : uniform(-1, 1)));
    volatility_.push_back(i % 11 == 0 ? 0 : uniform(0.05, i % 3 == 0 ? 10 : 2));
    timeToExpiryYears_.push_back(i % 13 == 0 ? 0 : uniform(0.001, 2));
    scale_.push_back(uniform(-2, 2));
    termFactor_.push_back(uniform(0, 2));
    skewFactor_.push_back(i % 2 == 0 ? 0 : uniform(-1, 1));
    smileFactor_.push_back(i % 2 == 0 ? 0 : uniform(-1, 1));
    spotRow_.push_back(static_cast<std::uint32_t>(generator() % kRows));
    volRow_.push_back(static_cast<std::uint32_t>(generator() % kRows));
  }
  for (std::size_t cell = 0; cell < kRows * scenarioStride(scenarios); ++cell) {
    const bool padding = cell % scenarioStride(scenarios) >= scenarios;
    spotFactor_.push_back(padding ? 1 : std::exp(reach * uniform(-1, 1)));
    volShock_.push_back(padding ? 0 : reach * uniform(-1.5, 3));
    skewShock_.push_back(padding ? 0 : reach * uniform(-0.5, 0.5));
    smileShock_.push_back(padding ? 0 : reach * uniform(-0.5, 0.5));
    volFloor_.push_back(padding ? 0 : reach * uniform(0, 0.2));
  }
}

InstrumentColumns Book::instruments() const noexcept {
  return {payoff_.size(),     payoff_.data(),     forward_.data(),           fixedForward_.data(),
          strike_.data(),     volatility_.data(), timeToExpiryYears_.data(), scale_.data(),
          spotRow_.data(),    volRow_.data(),     termFactor_.data(),        skewFactor_.data(),
          smileFactor_.data()};
}

ScenarioColumns Book::scenarios() const noexcept {
  return {scenarioCount_,     kRows,           kRows, spotFactor_.data(), volShock_.data(), skewShock_.data(),
          smileShock_.data(), volFloor_.data()};
}

}  // namespace margincube::harness

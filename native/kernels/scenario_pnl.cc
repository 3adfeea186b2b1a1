#include "scenario_pnl.h"

#include <algorithm>
#include <cmath>

#include "checks.h"
#include "lanes.h"
#include "mills_ratio.h"

namespace margincube {
namespace {

using namespace lanes;

constexpr double kTotalVolatilityMin = 1e-20;
constexpr double kTotalVolatilityMax = 32;
/** N(40) is 1 to the last bit and exp(-40^2/2) is below the underflow limit of `expOfNonPositive`. */
constexpr double kQuantileMax = 40;

/** How a row is priced. */
enum class Pricing { kCall, kPut, kPutByParity, kInverseCall, kInversePut };

constexpr bool isPut(Pricing pricing) { return pricing == Pricing::kPut || pricing == Pricing::kInversePut; }
constexpr bool isInverse(Pricing pricing) {
  return pricing == Pricing::kInverseCall || pricing == Pricing::kInversePut;
}

/** One block of the scenario rows that move an instrument's volatility. */
struct ScenarioBlock {
  const double* volShock;
  const double* skewShock;
  const double* smileShock;
  const double* volFloor;
};

struct OptionRow {
  double forward;
  double fixedForward;
  double strike;
  double volatility;
  double termFactor;
  double skewFactor;
  double smileFactor;
  double scale;
  /** ln(forward / strike); unused when there is a fixed part. */
  double logMoneyness;
  double rootTime;
  /** Unshocked unit value. */
  double value;
};

/**
 * What the stages of one row hand to each other, one run of lanes. Four short loops instead of a long one: the chain of
 * a cell takes some 150 cycles, and only short chains leave the processor enough independent work to stay busy.
 */
struct Stages {
  alignas(64) double volatility[kScenarioBlock];
  alignas(64) double forward[kScenarioBlock];
  alignas(64) double d1[kScenarioBlock];
  alignas(64) double d2[kScenarioBlock];
  /** exp(-d1^2 / 2) */
  alignas(64) double density[kScenarioBlock];
};

/** Products and sums are never fused here, so all instruction sets give the same bits. */
template <bool kSmile>
void shockVolatility(const OptionRow& row, const ScenarioBlock& block, std::size_t lanes, double* volatility) noexcept {
  for (std::size_t lane = 0; lane < lanes; lane += kPacket) {
    Packet multiplier = padd(broadcast(1), pmul(load(block.volShock + lane), broadcast(row.termFactor)));
    if (kSmile) {
      multiplier = padd(multiplier, pmul(load(block.skewShock + lane), broadcast(row.skewFactor)));
      multiplier = padd(multiplier, pmul(load(block.smileShock + lane), broadcast(row.smileFactor)));
    }
    const Packet shocked = pmul(broadcast(row.volatility), pmax(multiplier, broadcast(0)));
    store(volatility + lane, pmax(shocked, load(block.volFloor + lane)));
  }
}

void shockVolatility(const OptionRow& row, const ScenarioBlock& block, std::size_t lanes, double* volatility) noexcept {
  if (row.skewFactor != 0 || row.smileFactor != 0) return shockVolatility<true>(row, block, lanes, volatility);
  return shockVolatility<false>(row, block, lanes, volatility);
}

inline void storeQuantiles(const Packet& logMoneyness, const Packet& totalVolatility, std::size_t lane,
                           Stages& stages) noexcept {
  const Packet total = pmin(pmax(totalVolatility, broadcast(kTotalVolatilityMin)), broadcast(kTotalVolatilityMax));
  Packet d1 = pmadd(total, broadcast(0.5), pdiv(logMoneyness, total));
  d1 = pmax(pmin(d1, broadcast(kQuantileMax)), broadcast(-kQuantileMax));
  store(stages.d1 + lane, d1);
  store(stages.d2 + lane, psub(d1, total));
}

template <bool kFixed>
void findQuantiles(const OptionRow& row, const double* spotFactor, const double* logSpotFactor, std::size_t lanes,
                   Stages& stages) noexcept {
  for (std::size_t lane = 0; lane < lanes; lane += kPacket) {
    const Packet total = pmul(load(stages.volatility + lane), broadcast(row.rootTime));
    const Packet moving = pmul(broadcast(row.forward), load(spotFactor + lane));
    const Packet forward = kFixed ? padd(broadcast(row.fixedForward), moving) : moving;
    const Packet logMoneyness = kFixed ? plog(pdiv(forward, broadcast(row.strike)))
                                       : padd(broadcast(row.logMoneyness), load(logSpotFactor + lane));
    store(stages.forward + lane, forward);
    storeQuantiles(logMoneyness, total, lane, stages);
  }
}

void findDensities(std::size_t lanes, Stages& stages) noexcept {
  for (std::size_t lane = 0; lane < lanes; lane += kPacket) {
    const Packet d1 = load(stages.d1 + lane);
    store(stages.density + lane, expOfNonPositive(pmul(pmul(d1, broadcast(-0.5)), d1)));
  }
}

/** Undiscounted price of a call or a put. */
template <bool kPut>
inline Packet optionPrice(const Packet& forward, const Packet& strike, const Packet& d1, const Packet& d2,
                          const Packet& density) noexcept {
  const Packet zero = broadcast(0);
  const Packet z1 = pabs(d1);
  const Packet z2 = pabs(d2);
  const Packet p1 = millsNumerator(z1);
  const Packet q1 = millsDenominator(z1);
  const Packet p2 = millsNumerator(z2);
  const Packet q2 = millsDenominator(z2);
  // One division for both ratios.
  const Packet common = pdiv(pmul(forward, density), pmul(q1, q2));
  const Packet forwardTail = pmul(common, pmul(p1, q2));
  const Packet strikeTail = pmul(common, pmul(p2, q1));
  const Packet above1 = pcmp_lt(zero, d1);
  const Packet above2 = pcmp_lt(zero, d2);
  if (kPut) {
    const Packet forwardPart = pselect(above1, forwardTail, psub(forward, forwardTail));
    const Packet strikePart = pselect(above2, strikeTail, psub(strike, strikeTail));
    return psub(strikePart, forwardPart);
  }
  const Packet forwardPart = pselect(above1, psub(forward, forwardTail), forwardTail);
  const Packet strikePart = pselect(above2, psub(strike, strikeTail), strikeTail);
  return psub(forwardPart, strikePart);
}

/** (value - row.value) x row.scale; values of `kPutByParity` lack the strike, which the difference loses anyway. */
template <Pricing kPricing>
void writeValues(const OptionRow& row, const Stages& stages, std::size_t lanes, double* out) noexcept {
  for (std::size_t lane = 0; lane < lanes; lane += kPacket) {
    const Packet forward = load(stages.forward + lane);
    Packet value = optionPrice<isPut(kPricing)>(forward, broadcast(row.strike), load(stages.d1 + lane),
                                                load(stages.d2 + lane), load(stages.density + lane));
    if (kPricing == Pricing::kPutByParity) value = psub(value, forward);
    if (isInverse(kPricing)) value = pdiv(value, forward);
    store(out + lane, pmul(psub(value, broadcast(row.value)), broadcast(row.scale)));
  }
}

void writeValues(Pricing pricing, const OptionRow& row, const Stages& stages, std::size_t lanes, double* out) noexcept {
  switch (pricing) {
    case Pricing::kPut:
      return writeValues<Pricing::kPut>(row, stages, lanes, out);
    case Pricing::kPutByParity:
      return writeValues<Pricing::kPutByParity>(row, stages, lanes, out);
    case Pricing::kInverseCall:
      return writeValues<Pricing::kInverseCall>(row, stages, lanes, out);
    case Pricing::kInversePut:
      return writeValues<Pricing::kInversePut>(row, stages, lanes, out);
    default:
      return writeValues<Pricing::kCall>(row, stages, lanes, out);
  }
}

/** All stages after the volatility, which stands in `stages`. */
void priceRow(Pricing pricing, const OptionRow& row, const double* spotFactor, const double* logSpotFactor,
              std::size_t lanes, Stages& stages, double* out) noexcept {
  if (row.fixedForward != 0) {
    findQuantiles<true>(row, spotFactor, logSpotFactor, lanes, stages);
  } else {
    findQuantiles<false>(row, spotFactor, logSpotFactor, lanes, stages);
  }
  findDensities(lanes, stages);
  writeValues(pricing, row, stages, lanes, out);
}

Pricing pricingOf(Payoff payoff, double forward, double strike) noexcept {
  switch (payoff) {
    case Payoff::kInverseCall:
      return Pricing::kInverseCall;
    case Payoff::kInversePut:
      return Pricing::kInversePut;
    case Payoff::kLinearPut:
      return strike > forward ? Pricing::kPutByParity : Pricing::kPut;
    default:
      return Pricing::kCall;
  }
}

void writeDeltaOne(Payoff payoff, double price, double scale, const double* spotFactor, std::size_t lanes,
                   double* pnl) noexcept {
  if (payoff == Payoff::kLinearDeltaOne) {
    for (std::size_t lane = 0; lane < lanes; ++lane) pnl[lane] = (price * spotFactor[lane] - price) * scale;
    return;
  }
  const double value = -1 / price;
  for (std::size_t lane = 0; lane < lanes; ++lane) pnl[lane] = (-1 / (price * spotFactor[lane]) - value) * scale;
}

/** Logarithms of one block of spot factors, kept for the few rows seen last: instruments stand sorted by underlying. */
class LogSpotFactors {
 public:
  const double* of(std::uint32_t row, const double* spotFactor, std::size_t count) noexcept {
    const std::size_t slot = row % kSlots;
    if (row_[slot] != row) {
      for (std::size_t lane = 0; lane < count; ++lane) values_[slot][lane] = std::log(spotFactor[lane]);
      for (std::size_t lane = count; lane < kScenarioBlock; ++lane) values_[slot][lane] = 0;
      row_[slot] = row;
    }
    return values_[slot];
  }

 private:
  static constexpr std::size_t kSlots = 8;
  static constexpr std::int64_t kEmpty = -1;
  std::int64_t row_[kSlots] = {kEmpty, kEmpty, kEmpty, kEmpty, kEmpty, kEmpty, kEmpty, kEmpty};
  alignas(64) double values_[kSlots][kScenarioBlock];
};

OptionRow optionRow(const InstrumentColumns& instruments, std::size_t i) noexcept {
  OptionRow row{};
  row.forward = instruments.forward[i];
  row.fixedForward = instruments.fixedForward[i];
  row.strike = instruments.strike[i];
  row.volatility = instruments.volatility[i];
  row.termFactor = instruments.termFactor[i];
  row.skewFactor = instruments.skewFactor[i];
  row.smileFactor = instruments.smileFactor[i];
  row.scale = instruments.scale[i];
  return row;
}

/** Constants of a row that cost more than a cell, in the order in which they wait in the last block. */
enum Waiting : std::size_t { kValue, kLogMoneyness, kRootTime };

Pricing pricingOf(const InstrumentColumns& instruments, std::size_t i) noexcept {
  return pricingOf(static_cast<Payoff>(instruments.payoff[i]), instruments.fixedForward[i] + instruments.forward[i],
                   instruments.strike[i]);
}

double unshockedValue(Pricing pricing, double call, double put, double forward) noexcept {
  switch (pricing) {
    case Pricing::kPut:
      return put;
    case Pricing::kPutByParity:
      return call - forward;
    case Pricing::kInverseCall:
      return call / forward;
    case Pricing::kInversePut:
      return put / forward;
    default:
      return call;
  }
}

/**
 * Constants and unshocked values of up to a block of rows, one row per lane. Operation by operation this is what the
 * scenarios do, so that a scenario that moves nothing finds the same bits.
 */
void prepareRows(const InstrumentColumns& instruments, std::size_t first, std::size_t count, double* waiting) noexcept {
  Stages stages;
  double strike[kScenarioBlock];
  double logMoneyness[kScenarioBlock];
  double rootTime[kScenarioBlock];
  const std::size_t lanes = (count + kPacket - 1) / kPacket * kPacket;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::size_t i = first + lane;
    const bool option = lane < count && !isDeltaOne(instruments.payoff[i]);
    const double fixedForward = option ? instruments.fixedForward[i] : 0;
    strike[lane] = option ? instruments.strike[i] : 1;
    stages.forward[lane] = option ? fixedForward + instruments.forward[i] : 1;
    stages.volatility[lane] = option ? instruments.volatility[i] : 0;
    rootTime[lane] = option ? std::sqrt(instruments.timeToExpiryYears[i]) : 0;
    const double moneyness = stages.forward[lane] / strike[lane];
    logMoneyness[lane] = fixedForward != 0 ? pfirst(plog(broadcast(moneyness))) : std::log(moneyness);
  }
  for (std::size_t lane = 0; lane < lanes; lane += kPacket) {
    storeQuantiles(load(logMoneyness + lane), pmul(load(stages.volatility + lane), load(rootTime + lane)), lane,
                   stages);
  }
  findDensities(lanes, stages);
  for (std::size_t lane = 0; lane < lanes; lane += kPacket) {
    double call[kPacket];
    double put[kPacket];
    const Packet forward = load(stages.forward + lane);
    const Packet d1 = load(stages.d1 + lane);
    const Packet d2 = load(stages.d2 + lane);
    const Packet density = load(stages.density + lane);
    store(call, optionPrice<false>(forward, load(strike + lane), d1, d2, density));
    store(put, optionPrice<true>(forward, load(strike + lane), d1, d2, density));
    for (std::size_t k = 0; k < kPacket && lane + k < count; ++k) {
      if (isDeltaOne(instruments.payoff[first + lane + k])) continue;
      double* row = waiting + (lane + k) * kScenarioBlock;
      const Pricing pricing = pricingOf(instruments, first + lane + k);
      row[kValue] = unshockedValue(pricing, call[k], put[k], stages.forward[lane + k]);
      row[kLogMoneyness] = logMoneyness[lane + k];
      row[kRootTime] = rootTime[lane + k];
    }
  }
}

}  // namespace

KernelStatus shockedVolatility(const InstrumentColumns& instruments, const ScenarioColumns& scenarios,
                               double* volatility, std::size_t* firstBad) noexcept {
  KernelStatus status = checkScenarios(scenarios, firstBad);
  if (status == KernelStatus::kOk) status = checkInstruments(instruments, scenarios, firstBad);
  if (status != KernelStatus::kOk) return status;
  const std::size_t stride = scenarioStride(scenarios.count);
  for (std::size_t i = 0; i < instruments.count; ++i) {
    double* out = volatility + i * stride;
    std::size_t written = 0;
    if (!isDeltaOne(instruments.payoff[i])) {
      const OptionRow row = optionRow(instruments, i);
      const std::size_t offset = instruments.volRow[i] * stride;
      const ScenarioBlock columns = {scenarios.volShock + offset, scenarios.skewShock + offset,
                                     scenarios.smileShock + offset, scenarios.volFloor + offset};
      shockVolatility(row, columns, scenarios.count, out);
      written = scenarios.count;
    }
    std::fill(out + written, out + stride, 0.0);
  }
  return KernelStatus::kOk;
}

KernelStatus scenarioPnl(const InstrumentColumns& instruments, const ScenarioColumns& scenarios, double* pnl,
                         std::size_t* firstBad) noexcept {
  KernelStatus status = checkScenarios(scenarios, firstBad);
  if (status == KernelStatus::kOk) status = checkInstruments(instruments, scenarios, firstBad);
  if (status != KernelStatus::kOk) return status;
  if (scenarios.count == 0) return KernelStatus::kOk;
  const std::size_t stride = scenarioStride(scenarios.count);
  const std::size_t blocks = stride / kScenarioBlock;
  double* lastBlock = pnl + cubeRow(blocks - 1, 0, instruments.count);
  for (std::size_t i = 0; i < instruments.count; i += kScenarioBlock) {
    prepareRows(instruments, i, std::min(kScenarioBlock, instruments.count - i), lastBlock + i * kScenarioBlock);
  }
  Stages stages;
  for (std::size_t block = 0; block < blocks; ++block) {
    LogSpotFactors logSpotFactors;
    const std::size_t begin = block * kScenarioBlock;
    const std::size_t count = std::min(kScenarioBlock, scenarios.count - begin);
    const std::size_t lanes = (count + kPacket - 1) / kPacket * kPacket;
    for (std::size_t i = 0; i < instruments.count; ++i) {
      double* out = pnl + cubeRow(block, i, instruments.count);
      const double* spotFactor = scenarios.spotFactor + instruments.spotRow[i] * stride + begin;
      if (isDeltaOne(instruments.payoff[i])) {
        writeDeltaOne(static_cast<Payoff>(instruments.payoff[i]), instruments.forward[i], instruments.scale[i],
                      spotFactor, count, out);
      } else {
        const double* waiting = lastBlock + i * kScenarioBlock;
        OptionRow row = optionRow(instruments, i);
        row.value = waiting[kValue];
        row.logMoneyness = waiting[kLogMoneyness];
        row.rootTime = waiting[kRootTime];
        const std::size_t offset = instruments.volRow[i] * stride + begin;
        const ScenarioBlock columns = {scenarios.volShock + offset, scenarios.skewShock + offset,
                                       scenarios.smileShock + offset, scenarios.volFloor + offset};
        shockVolatility(row, columns, lanes, stages.volatility);
        priceRow(pricingOf(instruments, i), row, spotFactor,
                 logSpotFactors.of(instruments.spotRow[i], spotFactor, count), lanes, stages, out);
      }
      std::fill(out + count, out + kScenarioBlock, 0.0);
    }
  }
  return KernelStatus::kOk;
}

}  // namespace margincube

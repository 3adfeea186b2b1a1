#include "scenario_pnl.h"

#include <algorithm>
#include <cmath>

#include "checks.h"
#include "lanes.h"

namespace margincube {
namespace {

using namespace lanes;

constexpr double kTotalVolatilityMin = 1e-20;
constexpr double kTotalVolatilityMax = 100;
/** N(40) is 1 to the last bit and exp(-40^2/2) is below the underflow limit of `expOfNonPositive`. */
constexpr double kQuantileMax = 40;

/** How a row is priced. */
enum class Pricing { kCall, kPut, kPutByParity, kInverseCall, kInversePut };

constexpr bool isPut(Pricing pricing) { return pricing == Pricing::kPut || pricing == Pricing::kInversePut; }
constexpr bool isInverse(Pricing pricing) {
  return pricing == Pricing::kInverseCall || pricing == Pricing::kInversePut;
}

/** One block of scenarios of the rows that an instrument follows. */
struct ScenarioBlock {
  const double* spotFactor;
  const double* logSpotFactor;
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

inline Packet millsNumerator(const Packet& z) noexcept {
  Packet p = pmadd(z, broadcast(3.52624965998911e-2), broadcast(.700383064443688));
  p = pmadd(z, p, broadcast(6.37396220353165));
  p = pmadd(z, p, broadcast(33.912866078383));
  p = pmadd(z, p, broadcast(112.079291497871));
  p = pmadd(z, p, broadcast(221.213596169931));
  return pmadd(z, p, broadcast(220.206867912376));
}

inline Packet millsDenominator(const Packet& z) noexcept {
  Packet q = pmadd(z, broadcast(8.83883476483184e-2), broadcast(1.75566716318264));
  q = pmadd(z, q, broadcast(16.064177579207));
  q = pmadd(z, q, broadcast(86.7807322029461));
  q = pmadd(z, q, broadcast(296.564248779674));
  q = pmadd(z, q, broadcast(637.333633378831));
  q = pmadd(z, q, broadcast(793.826512519948));
  return pmadd(z, q, broadcast(440.413735824752));
}

/** Undiscounted price of a call or a put. */
template <bool kPut>
inline Packet optionPrice(const Packet& forward, const Packet& strike, const Packet& logMoneyness,
                          const Packet& totalVolatility) noexcept {
  const Packet zero = broadcast(0);
  const Packet half = broadcast(0.5);
  Packet d1 = pmadd(totalVolatility, half, pdiv(logMoneyness, totalVolatility));
  d1 = pmax(pmin(d1, broadcast(kQuantileMax)), broadcast(-kQuantileMax));
  const Packet d2 = psub(d1, totalVolatility);
  const Packet density = expOfNonPositive(pmul(pmul(d1, broadcast(-0.5)), d1));
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

/**
 * Unit value less the constant that parity leaves out: what is subtracted twice never matters. `logFactor` is ln(factor).
 */
template <Pricing kPricing, bool kFixed>
inline Packet unitValue(const OptionRow& row, const Packet& factor, const Packet& logFactor,
                        const Packet& volatility) noexcept {
  Packet totalVolatility = pmul(volatility, broadcast(row.rootTime));
  totalVolatility = pmin(pmax(totalVolatility, broadcast(kTotalVolatilityMin)), broadcast(kTotalVolatilityMax));
  const Packet strike = broadcast(row.strike);
  const Packet moving = pmul(broadcast(row.forward), factor);
  const Packet forward = kFixed ? padd(broadcast(row.fixedForward), moving) : moving;
  const Packet logMoneyness =
      kFixed ? plog(pdiv(forward, strike)) : padd(broadcast(row.logMoneyness), logFactor);
  const Packet price = optionPrice<isPut(kPricing)>(forward, strike, logMoneyness, totalVolatility);
  if (kPricing == Pricing::kPutByParity) return psub(price, forward);
  return isInverse(kPricing) ? pdiv(price, forward) : price;
}

/** The shock of the volatility; products and sums are never fused, so all instruction sets give the same bits. */
template <bool kSmile>
inline Packet shockedVolatilityAt(const OptionRow& row, const ScenarioBlock& block, std::size_t lane) noexcept {
  Packet multiplier = padd(broadcast(1), pmul(load(block.volShock + lane), broadcast(row.termFactor)));
  if (kSmile) {
    multiplier = padd(multiplier, pmul(load(block.skewShock + lane), broadcast(row.skewFactor)));
    multiplier = padd(multiplier, pmul(load(block.smileShock + lane), broadcast(row.smileFactor)));
  }
  const Packet shocked = pmul(broadcast(row.volatility), pmax(multiplier, broadcast(0)));
  return pmax(shocked, load(block.volFloor + lane));
}

template <Pricing kPricing, bool kFixed>
struct UnshockedValue {
  static double of(const OptionRow& row) noexcept {
    return pfirst(unitValue<kPricing, kFixed>(row, broadcast(1), broadcast(0), broadcast(row.volatility)));
  }
};

template <Pricing kPricing, bool kFixed, bool kSmile>
void writeOptionRow(const OptionRow& row, const ScenarioBlock& block, std::size_t lanes, double* pnl) noexcept {
  for (std::size_t lane = 0; lane < lanes; lane += kPacket) {
    const Packet volatility = shockedVolatilityAt<kSmile>(row, block, lane);
    const Packet value = unitValue<kPricing, kFixed>(row, load(block.spotFactor + lane),
                                                     load(block.logSpotFactor + lane), volatility);
    store(pnl + lane, pmul(psub(value, broadcast(row.value)), broadcast(row.scale)));
  }
}

template <Pricing kPricing>
double unshockedValue(const OptionRow& row) noexcept {
  return row.fixedForward != 0 ? UnshockedValue<kPricing, true>::of(row) : UnshockedValue<kPricing, false>::of(row);
}

template <Pricing kPricing>
void writePriced(const OptionRow& row, const ScenarioBlock& block, std::size_t lanes, double* pnl) noexcept {
  const bool smile = row.skewFactor != 0 || row.smileFactor != 0;
  if (row.fixedForward != 0) {
    return smile ? writeOptionRow<kPricing, true, true>(row, block, lanes, pnl)
                 : writeOptionRow<kPricing, true, false>(row, block, lanes, pnl);
  }
  return smile ? writeOptionRow<kPricing, false, true>(row, block, lanes, pnl)
               : writeOptionRow<kPricing, false, false>(row, block, lanes, pnl);
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

double unshockedValue(Pricing pricing, const OptionRow& row) noexcept {
  switch (pricing) {
    case Pricing::kPut:
      return unshockedValue<Pricing::kPut>(row);
    case Pricing::kPutByParity:
      return unshockedValue<Pricing::kPutByParity>(row);
    case Pricing::kInverseCall:
      return unshockedValue<Pricing::kInverseCall>(row);
    case Pricing::kInversePut:
      return unshockedValue<Pricing::kInversePut>(row);
    default:
      return unshockedValue<Pricing::kCall>(row);
  }
}

void writeOption(Pricing pricing, const OptionRow& row, const ScenarioBlock& block, std::size_t lanes,
                 double* pnl) noexcept {
  switch (pricing) {
    case Pricing::kPut:
      return writePriced<Pricing::kPut>(row, block, lanes, pnl);
    case Pricing::kPutByParity:
      return writePriced<Pricing::kPutByParity>(row, block, lanes, pnl);
    case Pricing::kInverseCall:
      return writePriced<Pricing::kInverseCall>(row, block, lanes, pnl);
    case Pricing::kInversePut:
      return writePriced<Pricing::kInversePut>(row, block, lanes, pnl);
    default:
      return writePriced<Pricing::kCall>(row, block, lanes, pnl);
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

void prepareRow(const InstrumentColumns& instruments, std::size_t i, double* waiting) noexcept {
  if (isDeltaOne(instruments.payoff[i])) return;
  OptionRow row = optionRow(instruments, i);
  row.logMoneyness = std::log(row.forward / row.strike);
  row.rootTime = std::sqrt(instruments.timeToExpiryYears[i]);
  waiting[kValue] = unshockedValue(pricingOf(instruments, i), row);
  waiting[kLogMoneyness] = row.logMoneyness;
  waiting[kRootTime] = row.rootTime;
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
      const ScenarioBlock columns = {nullptr,
                                     nullptr,
                                     scenarios.volShock + offset,
                                     scenarios.skewShock + offset,
                                     scenarios.smileShock + offset,
                                     scenarios.volFloor + offset};
      for (std::size_t lane = 0; lane < scenarios.count; lane += kPacket) {
        store(out + lane, shockedVolatilityAt<true>(row, columns, lane));
      }
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
  for (std::size_t i = 0; i < instruments.count; ++i) {
    prepareRow(instruments, i, lastBlock + i * kScenarioBlock);
  }
  for (std::size_t block = 0; block < blocks; ++block) {
    LogSpotFactors logSpotFactors;
    const std::size_t begin = block * kScenarioBlock;
    const std::size_t count = std::min(kScenarioBlock, scenarios.count - begin);
    const std::size_t lanes = (count + kRun - 1) / kRun * kRun;
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
        const ScenarioBlock columns = {spotFactor,
                                       logSpotFactors.of(instruments.spotRow[i], spotFactor, count),
                                       scenarios.volShock + offset,
                                       scenarios.skewShock + offset,
                                       scenarios.smileShock + offset,
                                       scenarios.volFloor + offset};
        writeOption(pricingOf(instruments, i), row, columns, lanes, out);
      }
      std::fill(out + count, out + kScenarioBlock, 0.0);
    }
  }
  return KernelStatus::kOk;
}

}  // namespace margincube

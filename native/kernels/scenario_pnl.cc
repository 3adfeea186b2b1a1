#include "scenario_pnl.h"

#include <algorithm>
#include <cmath>

#include "checks.h"
#include "option_values.h"

namespace margincube {
namespace {

using lanes::kPacket;
using lanes::Vector;

Pricing pricingOf(Payoff payoff, double forward, double strike) noexcept {
  switch (payoff) {
    case Payoff::kInversePut:
      return Pricing::kPut;
    case Payoff::kLinearPut:
      return strike > forward ? Pricing::kPutLessStrike : Pricing::kPut;
    default:
      return Pricing::kCall;
  }
}

bool isCall(std::uint8_t payoff) noexcept {
  return payoff == static_cast<std::uint8_t>(Payoff::kInverseCall) ||
         payoff == static_cast<std::uint8_t>(Payoff::kLinearCall);
}

bool isInverseOption(std::uint8_t payoff) noexcept {
  return payoff == static_cast<std::uint8_t>(Payoff::kInverseCall) ||
         payoff == static_cast<std::uint8_t>(Payoff::kInversePut);
}

void writeDeltaOne(Payoff payoff, double price, double scale, const double* spotFactor, std::size_t count,
                   double* pnl) noexcept {
  if (payoff == Payoff::kLinearDeltaOne) {
    for (std::size_t lane = 0; lane < count; ++lane) pnl[lane] = (price * spotFactor[lane] - price) * scale;
    return;
  }
  const double value = -1 / price;
  for (std::size_t lane = 0; lane < count; ++lane) pnl[lane] = (-1 / (price * spotFactor[lane]) - value) * scale;
}

/** Functions of one block of spot factors, kept for the few rows seen last: instruments stand sorted by underlying. */
class SpotMovesCache {
 public:
  SpotMoves of(std::uint32_t row, const double* spotFactor, std::size_t count) noexcept {
    Slot& slot = slots_[row % kSlots];
    if (slot.row != row) {
      for (std::size_t lane = 0; lane < count; ++lane) slot.logFactor[lane] = std::log(spotFactor[lane]);
      for (std::size_t lane = 0; lane < count; ++lane) slot.inverseFactor[lane] = 1 / spotFactor[lane];
      std::fill(slot.logFactor + count, slot.logFactor + kScenarioBlock, 0.0);
      std::fill(slot.inverseFactor + count, slot.inverseFactor + kScenarioBlock, 1.0);
      slot.row = row;
    }
    return {spotFactor, slot.logFactor, slot.inverseFactor};
  }

 private:
  static constexpr std::size_t kSlots = 8;
  static constexpr std::int64_t kEmpty = -1;
  struct Slot {
    std::int64_t row = kEmpty;
    alignas(64) double logFactor[kScenarioBlock];
    alignas(64) double inverseFactor[kScenarioBlock];
  };
  Slot slots_[kSlots];
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
  row.inverse = isInverseOption(instruments.payoff[i]);
  row.pricing = pricingOf(static_cast<Payoff>(instruments.payoff[i]), row.fixedForward + row.forward, row.strike);
  return row;
}

/** Rows i - 1 and i differ at most in side and scale, so that all but their values is the same. */
bool isSameOption(const InstrumentColumns& instruments, std::size_t i) noexcept {
  const auto same = [i](const auto* column) { return column[i] == column[i - 1]; };
  return i > 0 && !isDeltaOne(instruments.payoff[i - 1]) &&
         isInverseOption(instruments.payoff[i - 1]) == isInverseOption(instruments.payoff[i]) &&
         same(instruments.forward) && same(instruments.fixedForward) && same(instruments.strike) &&
         same(instruments.volatility) && same(instruments.timeToExpiryYears) && same(instruments.spotRow) &&
         same(instruments.volRow) && same(instruments.termFactor) && same(instruments.skewFactor) &&
         same(instruments.smileFactor);
}

/** Constants of a row that cost more than a cell, in the order in which they wait in the last block: values by form. */
enum Waiting : std::size_t { kValues, kLogMoneyness = kForms, kRootTime, kSameOption };

/** Unshocked values in the form of tails, one row per lane. */
struct TailValues {
  double of[3][kScenarioBlock];

  template <typename Mills>
  void find(std::size_t lanes, const Stages& stages) noexcept {
    for (std::size_t lane = 0; lane < lanes; lane += kPacket) {
      const Vector tails = stages::tailsOf<Mills>(stages, lane);
      stages::store(of[0] + lane, stages::unitValue<Pricing::kCall>(stages, tails, lane));
      stages::store(of[1] + lane, stages::unitValue<Pricing::kPut>(stages, tails, lane));
      stages::store(of[2] + lane, stages::unitValue<Pricing::kPutLessStrike>(stages, tails, lane));
    }
  }
};

/** Unshocked values in a central form, one row per lane; `half` is that of `centralHalf`. */
template <typename Centre>
void findCentralParts(std::size_t lanes, const Stages& stages, const double* moving, const double* half,
                      double* parts) noexcept {
  for (std::size_t lane = 0; lane < lanes; lane += kPacket) {
    const Vector centre = stages::centreOf<Centre>(stages, lane);
    stages::store(parts + lane, stages::centralPart(stages::load(moving + lane), stages::load(half + lane), centre));
  }
}

/** What a value has beyond its central part. */
double unmovedPart(Pricing pricing, bool inverse, double strike) noexcept {
  if (inverse) return pricing == Pricing::kCall ? 0.5 : -0.5;
  return pricing == Pricing::kPut ? 0.5 * strike : -0.5 * strike;
}

/**
 * Constants and unshocked values of up to a block of rows, one row per lane. Operation by operation this is what the
 * scenarios do, so that a scenario that moves nothing finds the same bits.
 */
void prepareRows(const InstrumentColumns& instruments, std::size_t first, std::size_t count, double* waiting) noexcept {
  Stages stages;
  double logMoneyness[kScenarioBlock];
  double rootTime[kScenarioBlock];
  double half[kScenarioBlock];
  double moving[kScenarioBlock];
  double largestSquare[kScenarioBlock];
  bool anyFarFromMoney = false;
  const std::size_t lanes = (count + kPacket - 1) / kPacket * kPacket;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::size_t i = first + lane;
    const bool option = lane < count && !isDeltaOne(instruments.payoff[i]);
    const double fixedForward = option ? instruments.fixedForward[i] : 0;
    const double forward = option ? fixedForward + instruments.forward[i] : 1;
    const double strike = option ? instruments.strike[i] : 1;
    const bool inverse = option && isInverseOption(instruments.payoff[i]);
    const bool call = option && isCall(instruments.payoff[i]);
    const double moneyness = forward / strike;
    rootTime[lane] = option ? std::sqrt(instruments.timeToExpiryYears[i]) : 0;
    logMoneyness[lane] =
        fixedForward != 0 ? lanes::pfirst(lanes::plog(lanes::broadcast(moneyness))) : std::log(moneyness);
    stages.forward[lane] = inverse ? 1 : forward;
    stages.strike[lane] = inverse ? strike / forward : strike;
    stages.totalVolatility[lane] =
        std::max(option ? instruments.volatility[i] * rootTime[lane] : 0, kTotalVolatilityMin);
    anyFarFromMoney = anyFarFromMoney || !stages::isNearMoney(forward, strike);
    half[lane] = stages::centralHalf(call, inverse);
    moving[lane] = inverse ? stages.strike[lane] : stages.forward[lane];
  }
  for (std::size_t lane = 0; lane < lanes; lane += kPacket) {
    stages::store(largestSquare + lane, stages::storeQuantiles(stages::load(logMoneyness + lane), lane, stages));
  }
  TailValues near;
  TailValues anywhere;
  double narrow[kScenarioBlock];
  double wide[kScenarioBlock];
  near.find<MillsNearMoney>(lanes, stages);
  if (anyFarFromMoney) anywhere.find<MillsAnywhere>(lanes, stages);
  findCentralParts<NarrowCentre>(lanes, stages, moving, half, narrow);
  findCentralParts<WideCentre>(lanes, stages, moving, half, wide);
  for (std::size_t lane = 0; lane < count; ++lane) {
    const std::size_t i = first + lane;
    if (isDeltaOne(instruments.payoff[i])) continue;
    const double forward = instruments.fixedForward[i] + instruments.forward[i];
    const double strike = instruments.strike[i];
    const Pricing pricing = pricingOf(static_cast<Payoff>(instruments.payoff[i]), forward, strike);
    const TailValues& values = stages::isNearMoney(forward, strike) ? near : anywhere;
    const double value = values.of[static_cast<std::size_t>(pricing)][lane];
    const double part = value - unmovedPart(pricing, isInverseOption(instruments.payoff[i]), strike);
    double* row = waiting + lane * kScenarioBlock;
    row[kValues + static_cast<std::size_t>(Form::kTails)] = value;
    row[kValues + static_cast<std::size_t>(Form::kNarrowCentre)] =
        stages::isWithin<NarrowCentre>(largestSquare[lane]) ? narrow[lane] : part;
    row[kValues + static_cast<std::size_t>(Form::kWideCentre)] =
        stages::isWithin<WideCentre>(largestSquare[lane]) ? wide[lane] : part;
    row[kLogMoneyness] = logMoneyness[lane];
    row[kRootTime] = rootTime[lane];
    row[kSameOption] = isSameOption(instruments, i) ? 1 : 0;
  }
}

/** A row that is written soon, so that the stores do not wait for its memory. */
void fetchAhead(const double* row) noexcept {
  constexpr std::size_t kLine = 64 / sizeof(double);
  for (std::size_t lane = 0; lane < kScenarioBlock; lane += kLine) __builtin_prefetch(row + lane, 1);
}

VolatilityShocks shocksOf(const ScenarioColumns& scenarios, bool hasFloor, std::size_t offset) noexcept {
  return {scenarios.volShock + offset, scenarios.skewShock + offset, scenarios.smileShock + offset,
          scenarios.volFloor + offset, hasFloor};
}

bool hasFloor(const ScenarioColumns& scenarios) noexcept {
  const std::size_t stride = scenarioStride(scenarios.count);
  for (std::size_t row = 0; row < scenarios.volRows; ++row) {
    const double* floors = scenarios.volFloor + row * stride;
    if (std::any_of(floors, floors + scenarios.count, [](double floor) { return floor > 0; })) return true;
  }
  return false;
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
      const VolatilityShocks shocks = shocksOf(scenarios, true, instruments.volRow[i] * stride);
      stages::shockVolatility(optionRow(instruments, i), shocks, scenarios.count, out);
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
  const bool floors = hasFloor(scenarios);
  Stages stages;
  Form form = Form::kTails;
  for (std::size_t block = 0; block < blocks; ++block) {
    SpotMovesCache spotMoves;
    const std::size_t begin = block * kScenarioBlock;
    const std::size_t count = std::min(kScenarioBlock, scenarios.count - begin);
    const std::size_t lanes = (count + kPacket - 1) / kPacket * kPacket;
    for (std::size_t i = 0; i < instruments.count; ++i) {
      double* out = pnl + cubeRow(block, i, instruments.count);
      if (i + 2 < instruments.count) fetchAhead(out + 2 * kScenarioBlock);
      const double* spotFactor = scenarios.spotFactor + instruments.spotRow[i] * stride + begin;
      if (isDeltaOne(instruments.payoff[i])) {
        writeDeltaOne(static_cast<Payoff>(instruments.payoff[i]), instruments.forward[i], instruments.scale[i],
                      spotFactor, count, out);
      } else {
        const double* waiting = lastBlock + i * kScenarioBlock;
        OptionRow row = optionRow(instruments, i);
        row.logMoneyness = waiting[kLogMoneyness];
        row.rootTime = waiting[kRootTime];
        if (waiting[kSameOption] == 0) {
          stages::findTotalVolatilities(row, shocksOf(scenarios, floors, instruments.volRow[i] * stride + begin), lanes,
                                        stages);
          const SpotMoves& moves = spotMoves.of(instruments.spotRow[i], spotFactor, count);
          form = stages::formOf(row, stages::findQuantiles(row, moves, lanes, stages));
          stages::findCommon(row, form, lanes, stages);
        }
        row.value = waiting[kValues + static_cast<std::size_t>(form)];
        stages::writeRow(row, form, lanes, stages, out);
      }
      std::fill(out + count, out + kScenarioBlock, 0.0);
    }
  }
  return KernelStatus::kOk;
}

}  // namespace margincube

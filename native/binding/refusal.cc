#include "refusal.h"

#include <string>

#include "arguments.h"

namespace margincube {
namespace {

struct Refusal {
  std::string name;
  std::string what;
  double value;
};

std::string interval(Napi::Env env, double low) {
  return "a number in [" + text(env, low) + ", " + text(env, kMagnitudeMax) + "]";
}

std::string bounded(Napi::Env env) { return "a number of magnitude <= " + text(env, kMagnitudeMax); }

std::string below(std::size_t bound) { return "an integer in [0, " + std::to_string(bound) + ")"; }

Refusal describeOption(Napi::Env env, KernelStatus status, std::size_t i, const Black76Inputs& inputs) {
  switch (status) {
    case KernelStatus::kIsCall:
      return {"inputs.isCall", below(2), static_cast<double>(inputs.isCall[i])};
    case KernelStatus::kForward:
      return {"inputs.forward", interval(env, kPositiveMin), inputs.forward[i]};
    case KernelStatus::kStrike:
      return {"inputs.strike", interval(env, kPositiveMin), inputs.strike[i]};
    case KernelStatus::kVolatility:
      return {"inputs.volatility", interval(env, 0), inputs.volatility[i]};
    default:
      return {"inputs.timeToExpiryYears", interval(env, 0), inputs.timeToExpiryYears[i]};
  }
}

Refusal describeScenario(Napi::Env env, KernelStatus status, std::size_t i, const ScenarioColumns& scenarios) {
  switch (status) {
    case KernelStatus::kSpotFactor:
      return {"scenarios.spotFactor", interval(env, kPositiveMin), scenarios.spotFactor[i]};
    case KernelStatus::kVolShock:
      return {"scenarios.volShock", bounded(env), scenarios.volShock[i]};
    case KernelStatus::kSkewShock:
      return {"scenarios.skewShock", bounded(env), scenarios.skewShock[i]};
    case KernelStatus::kSmileShock:
      return {"scenarios.smileShock", bounded(env), scenarios.smileShock[i]};
    default:
      return {"scenarios.volFloor", interval(env, 0), scenarios.volFloor[i]};
  }
}

Refusal describeInstrument(Napi::Env env, KernelStatus status, std::size_t i, const InstrumentColumns& instruments,
                           const ScenarioColumns& scenarios) {
  switch (status) {
    case KernelStatus::kPayoff:
      return {"instruments.payoff", below(kPayoffCount), static_cast<double>(instruments.payoff[i])};
    case KernelStatus::kForward:
      return {"instruments.forward", interval(env, kPositiveMin), instruments.forward[i]};
    case KernelStatus::kFixedForward:
      return {"instruments.fixedForward", interval(env, kPositiveMin), instruments.fixedForward[i]};
    case KernelStatus::kStrike:
      return {"instruments.strike", interval(env, kPositiveMin), instruments.strike[i]};
    case KernelStatus::kVolatility:
      return {"instruments.volatility", interval(env, 0), instruments.volatility[i]};
    case KernelStatus::kTimeToExpiryYears:
      return {"instruments.timeToExpiryYears", interval(env, 0), instruments.timeToExpiryYears[i]};
    case KernelStatus::kScale:
      return {"instruments.scale", bounded(env), instruments.scale[i]};
    case KernelStatus::kTermFactor:
      return {"instruments.termFactor", bounded(env), instruments.termFactor[i]};
    case KernelStatus::kSkewFactor:
      return {"instruments.skewFactor", bounded(env), instruments.skewFactor[i]};
    case KernelStatus::kSmileFactor:
      return {"instruments.smileFactor", bounded(env), instruments.smileFactor[i]};
    case KernelStatus::kSpotRow:
      return {"instruments.spotRow", below(scenarios.spotRows), static_cast<double>(instruments.spotRow[i])};
    default:
      return {"instruments.volRow", below(scenarios.volRows), static_cast<double>(instruments.volRow[i])};
  }
}

Refusal describe(Napi::Env env, KernelStatus status, std::size_t i, const Operands& operands) {
  if (status == KernelStatus::kVectors) return {"vectors", "a finite number", operands.vectors[i]};
  if (status == KernelStatus::kPositionInstrument) {
    return {"positions.instrument", below(operands.instrumentCount),
            static_cast<double>(operands.positions->instrument[i])};
  }
  if (status == KernelStatus::kPositionQuantity) {
    return {"positions.quantity", bounded(env), operands.positions->quantity[i]};
  }
  if (operands.black76 != nullptr) return describeOption(env, status, i, *operands.black76);
  if (status >= KernelStatus::kSpotFactor) return describeScenario(env, status, i, *operands.scenarios);
  return describeInstrument(env, status, i, *operands.instruments, *operands.scenarios);
}

}  // namespace

void throwIfRefused(Napi::Env env, KernelStatus status, std::size_t index, const Operands& operands) {
  if (status == KernelStatus::kOk) return;
  const Refusal refusal = describe(env, status, index, operands);
  const std::string name = refusal.name + "[" + std::to_string(index) + "]";
  throw Napi::RangeError::New(env, expected(refusal.what, name, text(env, refusal.value), "number"));
}

}  // namespace margincube

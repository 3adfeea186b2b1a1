#include "scenario_generation_binding.h"

#include <string>

#include "../kernels/correlation.h"
#include "../kernels/sobol.h"
#include "../kernels/sobol_directions_table.h"
#include "../kernels/t_copula.h"
#include "arguments.h"

namespace margincube {
namespace {

std::size_t factorCount(const Napi::CallbackInfo& info, Arguments& arguments, std::size_t position) {
  const std::size_t count = arguments.count(position, "factorCount");
  if (count >= 1 && count <= kFactorsMax) return count;
  throw Napi::RangeError::New(info.Env(), expected("an integer in [1, " + std::to_string(kFactorsMax) + "]",
                                                   "factorCount", std::to_string(count), "number"));
}

double number(const Napi::CallbackInfo& info, std::size_t position, const char* name) {
  if (info[position].IsNumber()) return info[position].As<Napi::Number>().DoubleValue();
  throw Napi::TypeError::New(info.Env(), std::string("Expected a number for ") + name);
}

[[noreturn]] void refuse(Napi::Env env, const char* what, const std::string& name, double value) {
  throw Napi::RangeError::New(env, expected(what, name, text(env, value), "number"));
}

[[noreturn]] void refuseCorrelation(Napi::Env env, std::size_t index) {
  throw Napi::RangeError::New(env,
                              "Expected a finite symmetric matrix with a diagonal of 1 for correlation but entry " +
                                  std::to_string(index) + " does not fit");
}

}  // namespace

void runSobol(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t seed = arguments.count(0, "seed");
  const std::size_t firstPoint = arguments.count(1, "firstPoint");
  const std::size_t pointCount = arguments.count(2, "pointCount");
  const std::size_t dimensions = arguments.count(3, "dimensions");
  double* uniform = arguments.output<double>(4, "uniform", pointCount * dimensions);
  if (sobol(static_cast<std::uint32_t>(seed), firstPoint, pointCount, dimensions, uniform) == KernelStatus::kOk) return;
  throw Napi::RangeError::New(info.Env(), "Expected 1 to " + std::to_string(kSobolDimensions) +
                                              " dimensions and points below 2^32 but received " +
                                              std::to_string(dimensions) + " and " +
                                              std::to_string(firstPoint + pointCount));
}

void runEwmaCorrelation(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t factors = factorCount(info, arguments, 1);
  const std::size_t rowCount = arguments.count(2, "rowCount");
  const double* moves = arguments.input<double>(0, "moves", factors * rowCount);
  const double decay = number(info, 3, "decay");
  double* correlation = arguments.output<double>(4, "correlation", factors * factors);
  std::size_t bad = 0;
  if (ewmaCorrelation(moves, factors, rowCount, decay, correlation, &bad) == KernelStatus::kOk) return;
  throw Napi::RangeError::New(info.Env(),
                              "Expected finite moves that are not all 0 for moves of factor " + std::to_string(bad));
}

void runCorrelationFactor(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t factors = factorCount(info, arguments, 1);
  const double* correlation = arguments.input<double>(0, "correlation", factors * factors);
  const double eigenvalueFloor = number(info, 2, "eigenvalueFloor");
  double* repaired = arguments.output<double>(3, "factored.repaired", factors * factors);
  double* lower = arguments.output<double>(4, "factored.lower", factors * factors);
  double* report = arguments.output<double>(5, "factored.report", 2);
  std::size_t bad = 0;
  const KernelStatus status = correlationFactor(correlation, factors, eigenvalueFloor, repaired, lower, report, &bad);
  if (status != KernelStatus::kOk) refuseCorrelation(info.Env(), bad);
}

void runTCopulaMoves(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  TCopula copula{};
  copula.factorCount = factorCount(info, arguments, 0);
  copula.lower = arguments.input<double>(1, "copula.lower", copula.factorCount * copula.factorCount);
  copula.degreesOfFreedom = number(info, 2, "copula.degreesOfFreedom");
  FactorMargins margins{};
  margins.gridCount = arguments.count(3, "margins.gridCount");
  if (margins.gridCount < 2)
    refuse(info.Env(), "at least 2", "margins.gridCount", static_cast<double>(margins.gridCount));
  margins.gridValue = arguments.input<double>(4, "margins.gridValue", copula.factorCount * margins.gridCount);
  margins.scoreBound = number(info, 5, "margins.scoreBound");
  if (!(margins.scoreBound > 0)) refuse(info.Env(), "a number > 0", "margins.scoreBound", margins.scoreBound);
  margins.tailProbability = number(info, 6, "margins.tailProbability");
  if (!(margins.tailProbability > 0))
    refuse(info.Env(), "a number > 0", "margins.tailProbability", margins.tailProbability);
  margins.tails = arguments.input<double>(7, "margins.tails", copula.factorCount * 4);
  const std::size_t pointCount = arguments.count(8, "pointCount");
  const double* uniform = arguments.input<double>(9, "uniform", (copula.factorCount + 1) * pointCount);
  const std::size_t stride = arguments.count(10, "stride");
  if (stride < pointCount) refuse(info.Env(), "at least pointCount", "stride", static_cast<double>(stride));
  double* moves = arguments.output<double>(11, "moves", (copula.factorCount - 1) * stride + pointCount);
  std::size_t bad = 0;
  const KernelStatus status = tCopulaMoves(copula, margins, uniform, pointCount, stride, moves, &bad);
  const std::string at = "[" + std::to_string(bad) + "]";
  switch (status) {
    case KernelStatus::kOk:
      return;
    case KernelStatus::kDegreesOfFreedom:
      refuse(info.Env(), "a number in [1, 10000]", "copula.degreesOfFreedom", copula.degreesOfFreedom);
    case KernelStatus::kMarginGrid:
      refuse(info.Env(), "a finite number", "margins.gridValue" + at, margins.gridValue[bad]);
    case KernelStatus::kMarginTail:
      refuse(info.Env(), bad % 2 == 0 ? "a finite number >= 0" : "a finite number > 0", "margins.tails" + at,
             margins.tails[bad]);
    case KernelStatus::kUniform:
      refuse(info.Env(), "a number in (0, 1)", "uniform" + at, uniform[bad]);
    default:
      refuse(info.Env(), "a finite number", "copula.lower" + at, copula.lower[bad]);
  }
}

}  // namespace margincube

#include "tail_selection_binding.h"

#include <string>

#include "../kernels/layout.h"
#include "../kernels/tail_of_sum.h"
#include "../kernels/tail_selection.h"
#include "arguments.h"
#include "refusal.h"

namespace margincube {
namespace {

struct TailArguments {
  std::size_t rowCount;
  std::size_t scenarioCount;
  double confidence;
  const double* vectors;
};

/** Outside (0, 1) there is no tail. */
double readConfidence(const Napi::CallbackInfo& info, std::size_t position) {
  const Napi::Value value = info[position];
  if (!value.IsNumber()) {
    throw Napi::TypeError::New(info.Env(), expected("a number in (0, 1)", "confidence", "a value", "another type"));
  }
  const double confidence = value.As<Napi::Number>().DoubleValue();
  if (confidence > 0 && confidence < 1) return confidence;
  throw Napi::RangeError::New(info.Env(),
                              expected("a number in (0, 1)", "confidence", text(info.Env(), confidence), "number"));
}

std::size_t readScenarioCount(const Napi::CallbackInfo& info, Arguments& arguments, std::size_t position) {
  const std::size_t count = arguments.count(position, "scenarioCount");
  if (count > 0) return count;
  throw Napi::RangeError::New(info.Env(), expected("at least 1 scenario", "scenarioCount", "0", "number"));
}

TailArguments readTail(const Napi::CallbackInfo& info, Arguments& arguments) {
  TailArguments tail{};
  tail.rowCount = arguments.count(1, "rowCount");
  tail.scenarioCount = readScenarioCount(info, arguments, 2);
  tail.confidence = readConfidence(info, 3);
  tail.vectors = arguments.input<double>(0, "vectors", tail.rowCount * scenarioStride(tail.scenarioCount));
  return tail;
}

void throwIfRefused(const Napi::CallbackInfo& info, KernelStatus status, std::size_t bad, const double* vectors) {
  Operands operands;
  operands.vectors = vectors;
  throwIfRefused(info.Env(), status, bad, operands);
}

}  // namespace

void runTailRisk(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const TailArguments tail = readTail(info, arguments);
  double* valueAtRisk = arguments.output<double>(4, "valueAtRisk", tail.rowCount);
  double* expectedShortfall = arguments.output<double>(5, "expectedShortfall", tail.rowCount);
  double* workspace = arguments.output<double>(6, "workspace", tailWorkspaceLength(tail.scenarioCount));
  std::size_t bad = 0;
  const KernelStatus status = tailRisk(tail.vectors, tail.rowCount, tail.scenarioCount, tail.confidence, valueAtRisk,
                                       expectedShortfall, workspace, &bad);
  throwIfRefused(info, status, bad, tail.vectors);
}

void runTailRiskOfSum(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Arguments arguments(info);
  WeightedSum sum{};
  sum.scenarioCount = readScenarioCount(info, arguments, 0);
  sum.base = arguments.input<double>(1, "sum.base", sum.scenarioCount);
  sum.termCount = arguments.count(2, "sum.termCount");
  sum.unitRow = arguments.input<std::uint32_t>(3, "sum.unitRow", sum.termCount);
  sum.weight = arguments.input<double>(4, "sum.weight", sum.termCount);
  const std::size_t unitCount = arguments.count(5, "sum.unitCount");
  sum.units = arguments.input<double>(6, "sum.units", unitCount * scenarioStride(sum.scenarioCount));
  for (std::size_t k = 0; k < sum.termCount; ++k) {
    if (sum.unitRow[k] < unitCount) continue;
    throw Napi::RangeError::New(
        env, expected("an integer in [0, " + std::to_string(unitCount) + ")", "sum.unitRow[" + std::to_string(k) + "]",
                      std::to_string(sum.unitRow[k]), "number"));
  }
  const double confidence = readConfidence(info, 7);
  double* risk = arguments.output<double>(8, "risk", 2);
  double* workspace = arguments.output<double>(9, "workspace", tailWorkspaceLength(sum.scenarioCount));
  tailRiskOfSum(sum, confidence, risk, risk + 1, workspace);
}

void runTailScenarios(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const TailArguments tail = readTail(info, arguments);
  const std::size_t length = tail.rowCount * tailCount(tail.scenarioCount, tail.confidence);
  std::uint32_t* scenario = arguments.output<std::uint32_t>(4, "scenario", length);
  double* weight = arguments.output<double>(5, "weight", length);
  double* workspace = arguments.output<double>(6, "workspace", tailWorkspaceLength(tail.scenarioCount));
  std::size_t bad = 0;
  const KernelStatus status = tailScenarios(tail.vectors, tail.rowCount, tail.scenarioCount, tail.confidence, scenario,
                                            weight, workspace, &bad);
  throwIfRefused(info, status, bad, tail.vectors);
}

}  // namespace margincube

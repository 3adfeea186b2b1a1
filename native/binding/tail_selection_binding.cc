#include "tail_selection_binding.h"

#include "../kernels/layout.h"
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

TailArguments readTail(const Napi::CallbackInfo& info, Arguments& arguments) {
  TailArguments tail{};
  tail.rowCount = arguments.count(1, "rowCount");
  tail.scenarioCount = arguments.count(2, "scenarioCount");
  if (tail.scenarioCount == 0) {
    throw Napi::RangeError::New(info.Env(), expected("at least 1 scenario", "scenarioCount", "0", "number"));
  }
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

#include "svi_binding.h"

#include "../kernels/svi_check.h"
#include "../kernels/svi_fit.h"
#include "../kernels/svi_start.h"
#include "arguments.h"

namespace margincube {
namespace {

/** Scalars of a fit in one column: a property read costs more than a number. */
enum Setting : std::size_t {
  kButterflyPenalty,
  kButterflyMargin,
  kCalendarPenalty,
  kIterationsMax,
  kTolerance,
  kSettings,
};

constexpr std::size_t kSummary = 4;

void writeSummary(const SviFitSummary& result, double* summary) {
  summary[0] = result.objective;
  summary[1] = result.weightedSquares;
  summary[2] = static_cast<double>(result.iterations);
  summary[3] = static_cast<double>(result.status);
}

std::size_t iterations(double setting) { return setting > 0 && setting < 1e6 ? static_cast<std::size_t>(setting) : 0; }

void checkOffsets(Napi::Env env, const SviFitInputs& inputs) {
  for (std::size_t slice = 0; slice < inputs.sliceCount; ++slice) {
    const std::uint32_t from = inputs.quoteOffsets[slice], to = inputs.quoteOffsets[slice + 1];
    if (to >= from && inputs.quoteOffsets[0] == 0) continue;
    throw Napi::RangeError::New(
        env, expected("offsets that rise from 0", "quoteOffsets[" + std::to_string(slice + 1) + "]", std::to_string(to),
                      "number"));
  }
}

}  // namespace

void runSviFit(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  SviFitInputs inputs{};
  inputs.sliceCount = arguments.count(0, "sliceCount");
  inputs.quoteOffsets = arguments.input<std::uint32_t>(1, "quoteOffsets", inputs.sliceCount + 1);
  checkOffsets(info.Env(), inputs);
  const std::size_t quoteCount = inputs.quoteOffsets[inputs.sliceCount];
  const std::size_t parameterCount = inputs.sliceCount * kSviParameters;
  inputs.logMoneyness = arguments.input<double>(2, "logMoneyness", quoteCount);
  inputs.totalVariance = arguments.input<double>(3, "totalVariance", quoteCount);
  inputs.weight = arguments.input<double>(4, "weight", quoteCount);
  inputs.timeToExpiryYears = arguments.input<double>(5, "timeToExpiryYears", inputs.sliceCount);
  inputs.huberDelta = arguments.input<double>(6, "huberDelta", inputs.sliceCount);
  inputs.isFixed = arguments.input<std::uint8_t>(7, "isFixed", inputs.sliceCount);
  inputs.gridCount = arguments.count(8, "gridCount");
  inputs.grid = arguments.input<double>(9, "grid", inputs.gridCount);
  inputs.floor = arguments.input<double>(10, "floor", inputs.gridCount);
  inputs.ceiling = arguments.input<double>(11, "ceiling", inputs.gridCount);
  const double* settings = arguments.input<double>(12, "settings", kSettings);
  inputs.butterflyPenalty = settings[kButterflyPenalty];
  inputs.butterflyMargin = settings[kButterflyMargin];
  inputs.calendarPenalty = settings[kCalendarPenalty];
  inputs.tolerance = settings[kTolerance];
  inputs.iterationsMax = iterations(settings[kIterationsMax]);
  inputs.prior = arguments.input<double>(13, "prior", parameterCount);
  inputs.priorPrecision = arguments.input<double>(14, "priorPrecision", parameterCount);
  double* parameters = arguments.output<double>(15, "parameters", parameterCount);
  double* summary = arguments.output<double>(16, "summary", kSummary);
  const std::size_t length = sviFitWorkspaceLength(inputs.sliceCount, quoteCount, inputs.gridCount);
  double* workspace = arguments.output<double>(17, "workspace", length);
  writeSummary(sviFit(inputs, parameters, workspace), summary);
}

Napi::Value runSviStarts(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t quoteCount = arguments.count(0, "quoteCount");
  const double* logMoneyness = arguments.input<double>(1, "logMoneyness", quoteCount);
  const double* totalVariance = arguments.input<double>(2, "totalVariance", quoteCount);
  const double* weight = arguments.input<double>(3, "weight", quoteCount);
  const std::size_t startCount = arguments.count(4, "startCount");
  double* starts = arguments.output<double>(5, "starts", startCount * kSviParameters);
  const std::size_t found = sviStarts(quoteCount, logMoneyness, totalVariance, weight, startCount, starts);
  return Napi::Number::New(info.Env(), static_cast<double>(found));
}

void runSviTotalVariance(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const double* parameters = arguments.input<double>(0, "parameters", kSviParameters);
  const std::size_t gridCount = arguments.count(1, "gridCount");
  const double* grid = arguments.input<double>(2, "grid", gridCount);
  double* variance = arguments.output<double>(3, "variance", gridCount);
  sviTotalVariance(parameters, gridCount, grid, variance);
}

void runSviArbitrage(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t sliceCount = arguments.count(0, "sliceCount");
  const double* slices = arguments.input<double>(1, "slices", sliceCount * kSviParameters);
  const std::size_t gridCount = arguments.count(2, "gridCount");
  const double* grid = arguments.input<double>(3, "grid", gridCount);
  SviArbitrage result{};
  result.butterfly = arguments.output<double>(4, "butterfly", sliceCount);
  result.butterflyAt = arguments.output<double>(5, "butterflyAt", sliceCount);
  result.calendar = arguments.output<double>(6, "calendar", sliceCount);
  result.calendarAt = arguments.output<double>(7, "calendarAt", sliceCount);
  sviArbitrage(sliceCount, slices, gridCount, grid, result);
}

}  // namespace margincube

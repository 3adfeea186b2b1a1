#include "surface_query_binding.h"

#include <string>

#include "../kernels/layout.h"
#include "../kernels/surface_query.h"
#include "arguments.h"

namespace margincube {
namespace {

SurfaceColumns readSurface(const Napi::CallbackInfo& info, Arguments& arguments) {
  SurfaceColumns surface{};
  const std::size_t count = surface.sliceCount = arguments.count(0, "surface.sliceCount");
  if (count == 0) {
    throw Napi::RangeError::New(info.Env(), expected("at least 1 slice", "surface.sliceCount", "0", "number"));
  }
  surface.timeToExpiryYears = arguments.input<double>(1, "surface.timeToExpiryYears", count);
  surface.forward = arguments.input<double>(2, "surface.forward", count);
  surface.carry = arguments.input<double>(3, "surface.carry", count);
  surface.a = arguments.input<double>(4, "surface.a", count);
  surface.b = arguments.input<double>(5, "surface.b", count);
  surface.rho = arguments.input<double>(6, "surface.rho", count);
  surface.m = arguments.input<double>(7, "surface.m", count);
  surface.sigma = arguments.input<double>(8, "surface.sigma", count);
  surface.quotedMin = arguments.input<double>(9, "surface.quotedMin", count);
  surface.quotedMax = arguments.input<double>(10, "surface.quotedMax", count);
  surface.confidence = arguments.input<double>(11, "surface.confidence", count);
  surface.interpolation = arguments.input<std::uint8_t>(12, "surface.interpolation", count);
  surface.rates = arguments.input<double>(13, "surface.rates", 2);
  return surface;
}

[[noreturn]] void refuse(Napi::Env env, KernelStatus status, std::size_t index, const SurfaceQueries& queries) {
  const std::string at = "[" + std::to_string(index) + "]";
  if (status == KernelStatus::kSurfaceSlice) {
    throw Napi::RangeError::New(env, "Expected a slice within the kernel's domain for surface" + at +
                                         ": times rising, forward and sigma positive, |rho| < 1, all numbers finite");
  }
  const bool isStrike = status == KernelStatus::kQueryStrike;
  const double value = isStrike ? queries.strike[index] : queries.timeToExpiryYears[index];
  throw Napi::RangeError::New(
      env, expected("a number in [" + text(env, kPositiveMin) + ", " + text(env, kMagnitudeMax) + "]",
                    (isStrike ? "queries.strike" : "queries.timeToExpiryYears") + at, text(env, value), "number"));
}

}  // namespace

void runSurfaceQuery(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const SurfaceColumns surface = readSurface(info, arguments);
  SurfaceQueries queries{};
  queries.count = arguments.count(14, "queries.count");
  queries.strike = arguments.input<double>(15, "queries.strike", queries.count);
  queries.timeToExpiryYears = arguments.input<double>(16, "queries.timeToExpiryYears", queries.count);
  SurfaceAnswers answers{};
  answers.volatility = arguments.output<double>(17, "answers.volatility", queries.count);
  answers.totalVariance = arguments.output<double>(18, "answers.totalVariance", queries.count);
  answers.butterflyMeasure = arguments.output<double>(19, "answers.butterflyMeasure", queries.count);
  answers.density = arguments.output<double>(20, "answers.density", queries.count);
  answers.confidence = arguments.output<double>(21, "answers.confidence", queries.count);
  answers.flags = arguments.output<std::uint8_t>(22, "answers.flags", queries.count);
  std::size_t bad = 0;
  const KernelStatus status = surfaceQuery(surface, queries, answers, &bad);
  if (status != KernelStatus::kOk) refuse(info.Env(), status, bad, queries);
}

}  // namespace margincube

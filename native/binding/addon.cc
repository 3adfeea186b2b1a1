/**
 * The addon: one object per environment, no state. Arguments are positional because a property read from C++ costs more
 * than a small kernel; `src/kernel/native.ts` gives them in this order.
 */
#include <napi.h>

#include "../kernels/aggregate.h"
#include "../kernels/black76.h"
#include "../kernels/lanes_info.h"
#include "../kernels/layout.h"
#include "../kernels/scenario_pnl.h"
#include "arguments.h"
#include "book_arrangement_binding.h"
#include "book_tail_binding.h"
#include "column_pages_binding.h"
#include "implied_volatility_binding.h"
#include "largest_positions_binding.h"
#include "net_expiries_binding.h"
#include "refusal.h"
#include "scenario_generation_binding.h"
#include "slice_cells_binding.h"
#include "sum_tree_binding.h"
#include "surface_query_binding.h"
#include "svi_binding.h"
#include "tail_margins_binding.h"
#include "tail_selection_binding.h"

namespace margincube {
namespace {

Black76Inputs readBlack76(Arguments& arguments) {
  Black76Inputs inputs{};
  inputs.count = arguments.count(0, "inputs.count");
  inputs.isCall = arguments.input<std::uint8_t>(1, "inputs.isCall", inputs.count);
  inputs.forward = arguments.input<double>(2, "inputs.forward", inputs.count);
  inputs.strike = arguments.input<double>(3, "inputs.strike", inputs.count);
  inputs.volatility = arguments.input<double>(4, "inputs.volatility", inputs.count);
  inputs.timeToExpiryYears = arguments.input<double>(5, "inputs.timeToExpiryYears", inputs.count);
  return inputs;
}

InstrumentColumns readInstruments(Arguments& arguments) {
  InstrumentColumns instruments{};
  const std::size_t count = instruments.count = arguments.count(0, "instruments.count");
  instruments.payoff = arguments.input<std::uint8_t>(1, "instruments.payoff", count);
  instruments.forward = arguments.input<double>(2, "instruments.forward", count);
  instruments.fixedForward = arguments.input<double>(3, "instruments.fixedForward", count);
  instruments.strike = arguments.input<double>(4, "instruments.strike", count);
  instruments.volatility = arguments.input<double>(5, "instruments.volatility", count);
  instruments.timeToExpiryYears = arguments.input<double>(6, "instruments.timeToExpiryYears", count);
  instruments.scale = arguments.input<double>(7, "instruments.scale", count);
  instruments.spotRow = arguments.input<std::uint32_t>(8, "instruments.spotRow", count);
  instruments.volRow = arguments.input<std::uint32_t>(9, "instruments.volRow", count);
  instruments.termFactor = arguments.input<double>(10, "instruments.termFactor", count);
  instruments.skewFactor = arguments.input<double>(11, "instruments.skewFactor", count);
  instruments.smileFactor = arguments.input<double>(12, "instruments.smileFactor", count);
  return instruments;
}

constexpr std::size_t kFirstScenarioArgument = 13;
constexpr std::size_t kFirstOutputArgument = 22;

ScenarioColumns readScenarios(Napi::Env env, Arguments& arguments) {
  constexpr std::size_t first = kFirstScenarioArgument;
  ScenarioColumns scenarios{};
  scenarios.count = arguments.count(first, "scenarios.count");
  const std::size_t stride = arguments.count(first + 1, "scenarios.stride");
  if (stride != scenarioStride(scenarios.count)) {
    throw Napi::RangeError::New(env, expected(std::to_string(scenarioStride(scenarios.count)), "scenarios.stride",
                                              std::to_string(stride), "number"));
  }
  scenarios.spotRows = arguments.count(first + 2, "scenarios.spotRows");
  scenarios.volRows = arguments.count(first + 3, "scenarios.volRows");
  const std::size_t spotCells = scenarios.spotRows * stride;
  const std::size_t volCells = scenarios.volRows * stride;
  scenarios.spotFactor = arguments.input<double>(first + 4, "scenarios.spotFactor", spotCells);
  scenarios.volShock = arguments.input<double>(first + 5, "scenarios.volShock", volCells);
  scenarios.skewShock = arguments.input<double>(first + 6, "scenarios.skewShock", volCells);
  scenarios.smileShock = arguments.input<double>(first + 7, "scenarios.smileShock", volCells);
  scenarios.volFloor = arguments.input<double>(first + 8, "scenarios.volFloor", volCells);
  return scenarios;
}

void runBlack76Price(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const Black76Inputs inputs = readBlack76(arguments);
  double* price = arguments.output<double>(6, "price", inputs.count);
  std::size_t bad = 0;
  Operands operands;
  operands.black76 = &inputs;
  const KernelStatus status = black76Price(inputs, price, &bad);
  throwIfRefused(info.Env(), status, bad, operands);
}

void runBlack76(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const Black76Inputs inputs = readBlack76(arguments);
  Black76Outputs outputs{};
  outputs.price = arguments.output<double>(6, "outputs.price", inputs.count);
  outputs.delta = arguments.output<double>(7, "outputs.delta", inputs.count);
  outputs.gamma = arguments.output<double>(8, "outputs.gamma", inputs.count);
  outputs.vega = arguments.output<double>(9, "outputs.vega", inputs.count);
  outputs.theta = arguments.output<double>(10, "outputs.theta", inputs.count);
  outputs.vanna = arguments.output<double>(11, "outputs.vanna", inputs.count);
  outputs.volga = arguments.output<double>(12, "outputs.volga", inputs.count);
  std::size_t bad = 0;
  Operands operands;
  operands.black76 = &inputs;
  const KernelStatus status = black76(inputs, outputs, &bad);
  throwIfRefused(info.Env(), status, bad, operands);
}

/** The two kernels over instruments x scenarios differ in nothing but the name of their output. */
template <KernelStatus kernel(const InstrumentColumns&, const ScenarioColumns&, double*, std::size_t*) noexcept>
void runOverScenarios(const Napi::CallbackInfo& info, const char* outputName) {
  Arguments arguments(info);
  const InstrumentColumns instruments = readInstruments(arguments);
  const ScenarioColumns scenarios = readScenarios(info.Env(), arguments);
  double* out =
      arguments.output<double>(kFirstOutputArgument, outputName, instruments.count * scenarioStride(scenarios.count));
  std::size_t bad = 0;
  Operands operands;
  operands.instruments = &instruments;
  operands.scenarios = &scenarios;
  const KernelStatus status = kernel(instruments, scenarios, out, &bad);
  throwIfRefused(info.Env(), status, bad, operands);
}

void runShockedVolatility(const Napi::CallbackInfo& info) { runOverScenarios<shockedVolatility>(info, "volatility"); }

void runScenarioPnl(const Napi::CallbackInfo& info) { runOverScenarios<scenarioPnl>(info, "pnl"); }

void checkRowOffsets(Napi::Env env, const SparseRows& positions) {
  for (std::size_t row = 0; row < positions.rowCount; ++row) {
    const std::uint32_t from = positions.rowOffsets[row];
    const std::uint32_t to = positions.rowOffsets[row + 1];
    if (to >= from) continue;
    throw Napi::RangeError::New(
        env, expected("an integer >= " + std::to_string(from), "positions.rowOffsets[" + std::to_string(row + 1) + "]",
                      std::to_string(to), "number"));
  }
}

void runAggregate(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t instrumentCount = arguments.count(1, "instrumentCount");
  const std::size_t scenarioCount = arguments.count(2, "scenarioCount");
  const std::size_t stride = scenarioStride(scenarioCount);
  const double* pnl = arguments.input<double>(0, "pnl", instrumentCount * stride);
  SparseRows positions{};
  positions.rowCount = arguments.count(3, "positions.rowCount");
  positions.rowOffsets = arguments.input<std::uint32_t>(4, "positions.rowOffsets", positions.rowCount + 1);
  checkRowOffsets(info.Env(), positions);
  const std::size_t end = positions.rowOffsets[positions.rowCount];
  positions.instrument = arguments.input<std::uint32_t>(5, "positions.instrument", end);
  positions.quantity = arguments.input<double>(6, "positions.quantity", end);
  double* vectors = arguments.output<double>(7, "vectors", positions.rowCount * stride);
  std::size_t bad = 0;
  Operands operands;
  operands.positions = &positions;
  operands.instrumentCount = instrumentCount;
  const KernelStatus status = aggregate(pnl, instrumentCount, scenarioCount, positions, vectors, &bad);
  throwIfRefused(info.Env(), status, bad, operands);
}

void runWorstLoss(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t rowCount = arguments.count(1, "rowCount");
  const std::size_t scenarioCount = arguments.count(2, "scenarioCount");
  if (scenarioCount == 0) {
    throw Napi::RangeError::New(info.Env(), expected("at least 1 scenario", "scenarioCount", "0", "number"));
  }
  const double* vectors = arguments.input<double>(0, "vectors", rowCount * scenarioStride(scenarioCount));
  double* worst = arguments.output<double>(3, "worst", rowCount);
  std::uint32_t* worstIndex = arguments.output<std::uint32_t>(4, "worstIndex", rowCount);
  std::size_t bad = 0;
  Operands operands;
  operands.vectors = vectors;
  const KernelStatus status = worstLoss(vectors, rowCount, scenarioCount, worst, worstIndex, &bad);
  throwIfRefused(info.Env(), status, bad, operands);
}

/** The numbers that both sides of the seam state. */
Napi::Object layoutConstants(Napi::Env env) {
  Napi::Object payoff = Napi::Object::New(env);
  const auto code = [&](const char* name, Payoff value) { payoff.Set(name, static_cast<double>(value)); };
  code("LINEAR_CALL", Payoff::kLinearCall);
  code("LINEAR_PUT", Payoff::kLinearPut);
  code("INVERSE_CALL", Payoff::kInverseCall);
  code("INVERSE_PUT", Payoff::kInversePut);
  code("LINEAR_DELTA_ONE", Payoff::kLinearDeltaOne);
  code("INVERSE_DELTA_ONE", Payoff::kInverseDeltaOne);
  Napi::Object layout = Napi::Object::New(env);
  layout.Set("SCENARIO_BLOCK", static_cast<double>(kScenarioBlock));
  layout.Set("MAGNITUDE_MAX", kMagnitudeMax);
  layout.Set("POSITIVE_MIN", kPositiveMin);
  layout.Set("PAYOFF", payoff);
  return layout;
}

}  // namespace

class KernelsAddon : public Napi::Addon<KernelsAddon> {
 public:
  KernelsAddon(Napi::Env env, Napi::Object exports) {
    const auto set = [&](const char* name, void (*run)(const Napi::CallbackInfo&)) {
      exports.Set(name, Napi::Function::New(env, run, name));
    };
    set("black76Price", runBlack76Price);
    set("black76", runBlack76);
    set("shockedVolatility", runShockedVolatility);
    set("scenarioPnl", runScenarioPnl);
    set("aggregate", runAggregate);
    set("worstLoss", runWorstLoss);
    set("netExpiries", runNetExpiries);
    set("surfaceQuery", runSurfaceQuery);
    set("sviFit", runSviFit);
    set("sviTotalVariance", runSviTotalVariance);
    set("sviArbitrage", runSviArbitrage);
    exports.Set("sviStarts", Napi::Function::New(env, runSviStarts, "sviStarts"));
    set("impliedVolatility", runImpliedVolatility);
    exports.Set("rehashSumTree", Napi::Function::New(env, runRehashSumTree, "rehashSumTree"));
    set("sobol", runSobol);
    set("ewmaCorrelation", runEwmaCorrelation);
    set("correlationFactor", runCorrelationFactor);
    set("tCopulaMoves", runTCopulaMoves);
    exports.Set("packRuns", Napi::Function::New(env, runPackRuns, "packRuns"));
    exports.Set("keepNumbers", Napi::Function::New(env, runKeepNumbers, "keepNumbers"));
    exports.Set("codeNumbers", Napi::Function::New(env, runCodeNumbers, "codeNumbers"));
    set("codeTexts", runCodeTexts);
    set("arrangeBooks", runArrangeBooks);
    set("factorCube", runFactorCube);
    set("preselectTail", runPreselectTail);
    set("bookTail", runBookTail);
    set("tailContributions", runTailContributions);
    set("largestPositions", runLargestPositions);
    set("tailMargins", runTailMargins);
    set("placeCells", runPlaceCells);
    set("dollarCells", runDollarCells);
    set("coinCells", runCoinCells);
    set("tailRisk", runTailRisk);
    set("tailRiskOfSum", runTailRiskOfSum);
    set("tailScenarios", runTailScenarios);
    exports.Set("layout", layoutConstants(env));
    exports.Set("packetDoubles", static_cast<double>(packetDoubles()));
  }
};

NODE_API_NAMED_ADDON(margincube_kernels, KernelsAddon)

}  // namespace margincube

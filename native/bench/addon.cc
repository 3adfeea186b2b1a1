/** The baselines of the benches, callable from JavaScript. Used by `bench/` only; arguments are trusted. */
#include <napi.h>

#include <cstdint>

#include "baselines.h"
#include "nth_element_tail.h"
#include "scalar_implied_volatility.h"

namespace margincube {
namespace {

template <typename T>
T* data(const Napi::CallbackInfo& info, std::size_t position) {
  void* memory = nullptr;
  napi_get_typedarray_info(info.Env(), info[position], nullptr, nullptr, &memory, nullptr, nullptr);
  return static_cast<T*>(memory);
}

std::size_t number(const Napi::CallbackInfo& info, std::size_t position) {
  return static_cast<std::size_t>(info[position].As<Napi::Number>().DoubleValue());
}

/** Arguments of `scenarioPnl` of the kernels, with the logarithms of the spot factors before the output. */
void runErfcScenarioPnl(const Napi::CallbackInfo& info) {
  const InstrumentColumns instruments = {
      number(info, 0),
      data<std::uint8_t>(info, 1),
      data<double>(info, 2),
      data<double>(info, 3),
      data<double>(info, 4),
      data<double>(info, 5),
      data<double>(info, 6),
      data<double>(info, 7),
      data<std::uint32_t>(info, 8),
      data<std::uint32_t>(info, 9),
      data<double>(info, 10),
      data<double>(info, 11),
      data<double>(info, 12),
  };
  const ScenarioColumns scenarios = {
      number(info, 13),       number(info, 15),       number(info, 16),       data<double>(info, 17),
      data<double>(info, 18), data<double>(info, 19), data<double>(info, 20), data<double>(info, 21),
  };
  erfcScenarioPnl(instruments, scenarios, data<double>(info, 22), data<double>(info, 23));
}

void runRowAtATimeAggregate(const Napi::CallbackInfo& info) {
  const SparseRows positions = {number(info, 2), data<std::uint32_t>(info, 3), data<std::uint32_t>(info, 4),
                                data<double>(info, 5)};
  rowAtATimeAggregate(data<double>(info, 0), number(info, 1), positions, data<double>(info, 6));
}

/** Arguments of `impliedVolatility` of the kernels. */
void runScalarImpliedVolatility(const Napi::CallbackInfo& info) {
  const ImpliedVolatilityInputs inputs = {number(info, 0),       data<std::uint8_t>(info, 1), data<double>(info, 2),
                                          data<double>(info, 3), data<double>(info, 4),       data<double>(info, 5)};
  scalarImpliedVolatility(inputs, data<double>(info, 6), data<std::uint8_t>(info, 7));
}

/** Arguments of `tailRisk` of the kernels. */
void runNthElementTailRisk(const Napi::CallbackInfo& info) {
  nthElementTailRisk(data<double>(info, 0), number(info, 1), number(info, 2), info[3].As<Napi::Number>().DoubleValue(),
                     data<double>(info, 4), data<double>(info, 5), data<double>(info, 6));
}

}  // namespace

class BaselinesAddon : public Napi::Addon<BaselinesAddon> {
 public:
  BaselinesAddon(Napi::Env env, Napi::Object exports) {
    exports.Set("erfcScenarioPnl", Napi::Function::New(env, runErfcScenarioPnl, "erfcScenarioPnl"));
    exports.Set("nthElementTailRisk", Napi::Function::New(env, runNthElementTailRisk, "nthElementTailRisk"));
    exports.Set("scalarImpliedVolatility",
                Napi::Function::New(env, runScalarImpliedVolatility, "scalarImpliedVolatility"));
    exports.Set("rowAtATimeAggregate", Napi::Function::New(env, runRowAtATimeAggregate, "rowAtATimeAggregate"));
  }
};

NODE_API_NAMED_ADDON(margincube_bench_baselines, BaselinesAddon)

}  // namespace margincube

#include "implied_volatility_binding.h"

#include "../kernels/implied_volatility.h"
#include "arguments.h"

namespace margincube {

void runImpliedVolatility(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  ImpliedVolatilityInputs inputs{};
  inputs.count = arguments.count(0, "inputs.count");
  inputs.isCall = arguments.input<std::uint8_t>(1, "inputs.isCall", inputs.count);
  inputs.forward = arguments.input<double>(2, "inputs.forward", inputs.count);
  inputs.strike = arguments.input<double>(3, "inputs.strike", inputs.count);
  inputs.price = arguments.input<double>(4, "inputs.price", inputs.count);
  inputs.timeToExpiryYears = arguments.input<double>(5, "inputs.timeToExpiryYears", inputs.count);
  double* volatility = arguments.output<double>(6, "volatility", inputs.count);
  std::uint8_t* status = arguments.output<std::uint8_t>(7, "status", inputs.count);
  impliedVolatility(inputs, volatility, status);
}

}  // namespace margincube

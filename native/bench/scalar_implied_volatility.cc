#include "scalar_implied_volatility.h"

#include <cmath>

#include "../kernels/implied_volatility_lanes.h"

namespace margincube {

void scalarImpliedVolatility(const ImpliedVolatilityInputs& inputs, double* volatility, std::uint8_t* status) noexcept {
  for (std::size_t i = 0; i < inputs.count; ++i) {
    const double sign = inputs.isCall[i] == 1 ? 1 : -1;
    NormalisedOption<double> option =
        normalise(sign, inputs.forward[i], inputs.strike[i], inputs.price[i], inputs.timeToExpiryYears[i]);
    guess(option);
    refine<false>(option);
    refine<true>(option);
    if (option.ordinary != 0) {
      volatility[i] = option.totalVolatility / std::sqrt(inputs.timeToExpiryYears[i]);
      status[i] = static_cast<std::uint8_t>(ImpliedVolatilityStatus::kOk);
      continue;
    }
    status[i] =
        static_cast<std::uint8_t>(impliedVolatilityOf(inputs.isCall[i], inputs.forward[i], inputs.strike[i],
                                                      inputs.price[i], inputs.timeToExpiryYears[i], volatility + i));
  }
}

}  // namespace margincube

#include "tail_margins_checks.h"

#include <cmath>
#include <vector>

#include "../kernels/tail_margins.h"
#include "checks.h"

namespace margincube::harness {

void checkTailMargins() {
  for (std::size_t count = 0; count < 40; ++count) {
    std::vector<double> value(count), cash(count), shortfall(count), worst(count);
    for (std::size_t book = 0; book < count; ++book) {
      value[book] = static_cast<double>(book);
      cash[book] = 100;
      shortfall[book] = static_cast<double>(book % 5) - 2;
      worst[book] = 1 - static_cast<double>(book % 3);
    }
    std::vector<double> equity(count), initial(count), maintenance(count), initialExcess(count), excess(count),
        loss(count);
    tailMargins(count, {value.data(), cash.data(), shortfall.data(), worst.data()}, 0.5,
                {equity.data(), initial.data(), maintenance.data(), initialExcess.data(), excess.data(), loss.data()});
    for (std::size_t book = 0; book < count; ++book) {
      const double margin = std::fmax(0.0, shortfall[book]);
      expectTrue(equity[book] == value[book] + 100 && initial[book] == margin && maintenance[book] == margin / 2 &&
                     initialExcess[book] == equity[book] - margin && excess[book] == equity[book] - margin / 2,
                 "a margin is the loss of the tail");
      expectTrue(worst[book] < 0 ? loss[book] == worst[book] : std::isnan(loss[book]), "a gain is no worst loss");
    }
  }
}

}  // namespace margincube::harness

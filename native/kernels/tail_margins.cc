#include "tail_margins.h"

#include <limits>

namespace margincube {

void tailMargins(std::size_t bookCount, const TailMarginInputs& inputs, double maintenanceShare,
                 const TailMargins& margins) noexcept {
  for (std::size_t book = 0; book < bookCount; ++book) {
    const double equity = inputs.markToMarket[book] + inputs.cash[book];
    const double shortfall = inputs.expectedShortfall[book];
    // Keeps what is no number, and never says -0.
    const double initial = shortfall <= 0 ? 0 : shortfall;
    const double maintenance = maintenanceShare * initial;
    const double worst = inputs.worstPnl[book];
    margins.equity[book] = equity;
    margins.initialMargin[book] = initial;
    margins.maintenanceMargin[book] = maintenance;
    margins.initialExcess[book] = equity - initial;
    margins.maintenanceExcess[book] = equity - maintenance;
    margins.worstLoss[book] = worst < 0 ? worst : std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace margincube

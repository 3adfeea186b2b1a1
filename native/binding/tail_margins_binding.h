#pragma once

#include <napi.h>

namespace margincube {

/**
 * `tailMargins(bookCount, markToMarket, cash, expectedShortfall, worstPnl, maintenanceShare, equity, initialMargin,
 * maintenanceMargin, initialExcess, maintenanceExcess, worstLoss)`.
 */
void runTailMargins(const Napi::CallbackInfo& info);

}  // namespace margincube

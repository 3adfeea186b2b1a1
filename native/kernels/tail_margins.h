/**
 * What the accounts of books report whose margin is the expected shortfall of their tail (`src/models`, `PureTail`):
 *
 *   equity        mark-to-market + cash
 *   initial       max(0, expected shortfall)
 *   maintenance   share x initial
 *   excess        equity - margin
 *   worst loss    the worst P&L where it is below 0, else NaN: a book without risk has no worst scenario
 *
 * An expected shortfall that is no number gives margins that are none.
 */
#pragma once

#include <cstddef>

namespace margincube {

/** One entry per book, dollars. */
struct TailMarginInputs {
  const double* markToMarket;
  const double* cash;
  const double* expectedShortfall;
  const double* worstPnl;
};

struct TailMargins {
  double* equity;
  double* initialMargin;
  double* maintenanceMargin;
  double* initialExcess;
  double* maintenanceExcess;
  double* worstLoss;
};

void tailMargins(std::size_t bookCount, const TailMarginInputs& inputs, double maintenanceShare,
                 const TailMargins& margins) noexcept;

}  // namespace margincube

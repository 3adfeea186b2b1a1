#include "tail_margins_binding.h"

#include "../kernels/tail_margins.h"
#include "arguments.h"

namespace margincube {

void runTailMargins(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t books = arguments.count(0, "bookCount");
  TailMarginInputs inputs{};
  inputs.markToMarket = arguments.input<double>(1, "markToMarket", books);
  inputs.cash = arguments.input<double>(2, "cash", books);
  inputs.expectedShortfall = arguments.input<double>(3, "expectedShortfall", books);
  inputs.worstPnl = arguments.input<double>(4, "worstPnl", books);
  const double share = info[5].As<Napi::Number>().DoubleValue();
  TailMargins margins{};
  margins.equity = arguments.output<double>(6, "equity", books);
  margins.initialMargin = arguments.output<double>(7, "initialMargin", books);
  margins.maintenanceMargin = arguments.output<double>(8, "maintenanceMargin", books);
  margins.initialExcess = arguments.output<double>(9, "initialExcess", books);
  margins.maintenanceExcess = arguments.output<double>(10, "maintenanceExcess", books);
  margins.worstLoss = arguments.output<double>(11, "worstLoss", books);
  tailMargins(books, inputs, share, margins);
}

}  // namespace margincube

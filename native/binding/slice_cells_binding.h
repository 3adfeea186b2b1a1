#pragma once

#include <napi.h>

namespace margincube {

/** `placeCells(slice..., scenarioAt, instrumentCount, rows)`; `slice...` is `pnl, first, count, scenarioCount`. */
void runPlaceCells(const Napi::CallbackInfo& info);

/**
 * `dollarCells(slice..., spotRow, isInverse, price, value, spotRows, spotFactor, cells...)`; `cells...` is
 * `cells, rowCount, largest, gross`.
 */
void runDollarCells(const Napi::CallbackInfo& info);

/** `coinCells(first, count, scenarioCount, spotRow, price, spotRows, spotFactor, cells...)`. */
void runCoinCells(const Napi::CallbackInfo& info);

}  // namespace margincube

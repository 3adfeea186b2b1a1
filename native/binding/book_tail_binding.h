#pragma once

#include <napi.h>

namespace margincube {

/**
 * `preselectTail(cells, rowCount, scenarioCount, largest, gross, bookCount, rowOffsets, row, quantity, confidence,
 * candidate, candidateCount, workspace)`.
 */
void runPreselectTail(const Napi::CallbackInfo& info);

/**
 * `bookTail(rows..., books..., candidateOffsets, candidate, confidence, valueAtRisk, expectedShortfall, standardError,
 * worstPnl, worstScenario, tailScenario, workspace)`.
 */
void runBookTail(const Napi::CallbackInfo& info);

/** `tailContributions(rows..., books..., unitValue, taken, tailScenario, confidence, contribution, workspace)`. */
void runTailContributions(const Napi::CallbackInfo& info);

}  // namespace margincube

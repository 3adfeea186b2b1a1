#pragma once

#include <napi.h>

namespace margincube {

/** `factorCube(cube..., rank, vectors, loadings, loadingSum, residual, workspace)`. */
void runFactorCube(const Napi::CallbackInfo& info);

/**
 * `preselectTail(cube..., rank, vectors, loadings, loadingSum, residual, bookCount, rowOffsets, row, quantity,
 * confidence, candidateOffsets, candidate, isLeft, workspace)`; `cube...` is `cells, rowCount, scenarioCount, largest,
 * gross`.
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

#pragma once

#include <napi.h>

namespace margincube {

/** `tailRisk(vectors, rowCount, scenarioCount, confidence, valueAtRisk, expectedShortfall, workspace)`. */
void runTailRisk(const Napi::CallbackInfo& info);

/** `tailRiskOfSum(scenarioCount, base, termCount, unitRow, weight, unitCount, units, confidence, risk, workspace)`. */
void runTailRiskOfSum(const Napi::CallbackInfo& info);

/** `tailScenarios(vectors, rowCount, scenarioCount, confidence, scenario, weight, workspace)`. */
void runTailScenarios(const Napi::CallbackInfo& info);

}  // namespace margincube

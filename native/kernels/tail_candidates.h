/** Scenarios that may belong to a tail: those below a threshold, kept in order, and the threshold itself. */
#pragma once

#include "single_cube.h"
#include "single_lanes.h"

namespace margincube {

/** A list needs this many entries beyond its capacity: blocks are appended whole, by packets of at most 16. */
constexpr std::size_t kCandidateSlack = kScenarioBlock + 16;
static_assert(single_lanes::kPacket <= 16);

/**
 * A number with at least `rank` of the values at most it, and seldom more than `rank + spare`, by halving between the
 * smallest and the largest: a tenth of the time of a selection. `count` >= `rank` > 0; the values may be in any order.
 */
float thresholdOf(const float* values, std::size_t count, std::size_t rank, std::size_t spare) noexcept;

/**
 * Appends the scenarios of a block that are at most the threshold to a list that holds `found`, and answers how many
 * that makes; beyond the capacity they are counted only.
 */
std::uint32_t appendAtMost(const float* sums, std::size_t count, float threshold, std::size_t firstScenario,
                           std::size_t capacity, std::uint32_t found, float* values, std::uint32_t* scenarios) noexcept;

}  // namespace margincube

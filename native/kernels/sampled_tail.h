/**
 * Steps that every selection of a fractional tail takes: the threshold from a sample, the sorted tail and its two
 * measures. `tail_selection.h` states the convention.
 */
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace margincube {

/** Entries looked at for the threshold. */
constexpr std::size_t kSample = 512;

/** Standard deviations between the expected rank of the tail's end in the sample and the rank of the threshold. */
constexpr double kRankMargin = 3;

/** A tail beyond this part of a row, or a row below this length, is selected from the row itself. */
constexpr double kSampledPartMax = 0.125;
constexpr std::size_t kSampledLengthMin = 4 * kSample;

/** Whether looking at a sample first saves time. */
inline bool paysToSample(std::size_t count, std::size_t tail) noexcept {
  return count >= kSampledLengthMin && static_cast<double>(tail) <= kSampledPartMax * static_cast<double>(count);
}

/** Evenly spaced entries; `entryAt(s)` is entry s of `count`. */
template <typename EntryAt>
void takeSample(const EntryAt& entryAt, std::size_t count, double* sample) noexcept {
  for (std::size_t k = 0; k < kSample; ++k) sample[k] = entryAt(k * count / kSample);
}

/** An entry of a finite sample that in all likelihood has `tail` or more entries of the row at or below it, and not
 * many more. */
inline double thresholdOf(double* sample, std::size_t count, std::size_t tail) noexcept {
  const double expectedRank = static_cast<double>(kSample) * static_cast<double>(tail) / static_cast<double>(count);
  const auto rank = static_cast<std::size_t>(expectedRank + kRankMargin * std::sqrt(expectedRank) + 1);
  double* at = sample + std::min(rank, kSample - 1);
  std::nth_element(sample, at, sample + kSample);
  return *at;
}

/** Brings the `tail` smallest of the first `kept` entries to the start, ascending. */
inline void sortSmallest(double* entries, std::size_t kept, std::size_t tail) noexcept {
  std::nth_element(entries, entries + tail - 1, entries + kept);
  std::sort(entries, entries + tail);
}

/** Both measures of a tail whose P&L stands ascending, as losses. */
inline void measureTail(const double* ascending, std::size_t tail, double mass, double* valueAtRisk,
                        double* expectedShortfall) noexcept {
  double sum = 0;
  for (std::size_t k = 0; k + 1 < tail; ++k) sum -= ascending[k];
  // 0 - x rather than -x: no negative zero.
  *valueAtRisk = 0 - ascending[tail - 1];
  *expectedShortfall = (sum + (mass - static_cast<double>(tail - 1)) * *valueAtRisk) / mass;
}

}  // namespace margincube

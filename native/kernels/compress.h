/** Appends the entries of a packet that pass a threshold to a buffer, in their order. */
#pragma once

#include <cstddef>
#include <cstdint>

#include "lanes.h"

namespace margincube {
namespace lanes {

/** A buffer needs this many entries beyond those that pass: whole packets are stored. */
constexpr std::size_t kCompressSlack = kPacket;

#if defined(__AVX512F__)

inline std::size_t appendAtMost(const Packet& values, const Packet& threshold, double* to) noexcept {
  const __mmask8 mask = _mm512_cmp_pd_mask(values, threshold, _CMP_LE_OQ);
  _mm512_storeu_pd(to, _mm512_maskz_compress_pd(mask, values));
  return static_cast<std::size_t>(__builtin_popcount(mask));
}

#elif defined(__AVX2__)

/** For every mask of four lanes the halves of the lanes that pass, in their order. */
alignas(32) constexpr std::int32_t kCompressHalves[16][8] = {
    {0, 1, 2, 3, 4, 5, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7}, {2, 3, 0, 1, 4, 5, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7},
    {4, 5, 0, 1, 2, 3, 6, 7}, {0, 1, 4, 5, 2, 3, 6, 7}, {2, 3, 4, 5, 0, 1, 6, 7}, {0, 1, 2, 3, 4, 5, 6, 7},
    {6, 7, 0, 1, 2, 3, 4, 5}, {0, 1, 6, 7, 2, 3, 4, 5}, {2, 3, 6, 7, 0, 1, 4, 5}, {0, 1, 2, 3, 6, 7, 4, 5},
    {4, 5, 6, 7, 0, 1, 2, 3}, {0, 1, 4, 5, 6, 7, 2, 3}, {2, 3, 4, 5, 6, 7, 0, 1}, {0, 1, 2, 3, 4, 5, 6, 7},
};

inline std::size_t appendAtMost(const Packet& values, const Packet& threshold, double* to) noexcept {
  const int mask = _mm256_movemask_pd(_mm256_cmp_pd(values, threshold, _CMP_LE_OQ));
  const __m256i halves = _mm256_load_si256(reinterpret_cast<const __m256i*>(kCompressHalves[mask]));
  _mm256_storeu_ps(reinterpret_cast<float*>(to), _mm256_permutevar8x32_ps(_mm256_castpd_ps(values), halves));
  return static_cast<std::size_t>(__builtin_popcount(static_cast<unsigned>(mask)));
}

#else

inline std::size_t appendAtMost(const Packet& values, const Packet& threshold, double* to) noexcept {
  double entries[kPacket];
  store(entries, values);
  const double limit = pfirst(threshold);
  std::size_t kept = 0;
  // Stored always and counted only if it passes: no branch to foresee.
  for (std::size_t k = 0; k < kPacket; ++k) {
    to[kept] = entries[k];
    kept += entries[k] <= limit;
  }
  return kept;
}

#endif

}  // namespace lanes
}  // namespace margincube

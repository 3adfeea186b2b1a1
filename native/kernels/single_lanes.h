/** The packet of single-precision numbers of the instruction set that this library is compiled for. */
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>

namespace margincube {
namespace single_lanes {

using Packet = Eigen::internal::packet_traits<float>::type;
constexpr std::size_t kPacket = Eigen::internal::packet_traits<float>::size;

inline Packet broadcast(float value) noexcept { return Eigen::internal::pset1<Packet>(value); }
inline Packet load(const float* from) noexcept { return Eigen::internal::ploadu<Packet>(from); }
inline void store(float* to, const Packet& value) noexcept { Eigen::internal::pstoreu(to, value); }

/** Bit k is set where entry k is at most the threshold's. */
inline std::uint64_t maskAtMost(const Packet& values, const Packet& threshold) noexcept {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask(values, threshold, _CMP_LE_OQ);
#elif defined(__AVX2__)
  return static_cast<std::uint64_t>(
      static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(values, threshold, _CMP_LE_OQ))));
#else
  float entries[kPacket], limits[kPacket];
  store(entries, values);
  store(limits, threshold);
  std::uint64_t mask = 0;
  for (std::size_t k = 0; k < kPacket; ++k) mask |= static_cast<std::uint64_t>(entries[k] <= limits[k]) << k;
  return mask;
#endif
}

}  // namespace single_lanes
}  // namespace margincube

/**
 * The packet of doubles of the instruction set that this library is compiled for, and the few functions over it that
 * Eigen does not have. The names are Eigen's; `pmadd` is fused where the instruction set has it.
 */
#pragma once

#include <Eigen/Core>

namespace margincube {
namespace lanes {

using Packet = Eigen::internal::packet_traits<double>::type;
constexpr std::size_t kPacket = Eigen::internal::packet_traits<double>::size;

/** Scenarios are summed in runs of this many, whatever the instruction set. */
constexpr std::size_t kRun = 8;
static_assert(kRun % kPacket == 0, "a run is a whole number of packets");

using Eigen::internal::pabs;
using Eigen::internal::padd;
using Eigen::internal::pand;
using Eigen::internal::pcmp_eq;
using Eigen::internal::pcmp_lt;
using Eigen::internal::pdiv;
using Eigen::internal::pfirst;
using Eigen::internal::plog;
using Eigen::internal::pmadd;
using Eigen::internal::pmax;
using Eigen::internal::pmin;
using Eigen::internal::pmul;
using Eigen::internal::por;
using Eigen::internal::pselect;
using Eigen::internal::psqrt;
using Eigen::internal::psub;

inline Packet broadcast(double value) noexcept { return Eigen::internal::pset1<Packet>(value); }
inline Packet load(const double* from) noexcept { return Eigen::internal::ploadu<Packet>(from); }
inline void store(double* to, const Packet& value) noexcept { Eigen::internal::pstoreu(to, value); }

/** Below this argument `expOfNonPositive` is exactly 0; its smallest other result, 2e-300, is still a normal number. */
constexpr double kExpUnderflow = -690;

/**
 * exp(y) for y <= 0, relative error < 3e-16. y = n ln2 + r with |r| <= ln2/2; exp(r) = 1 + r + r^2 q(r), q interpolates
 * at the Chebyshev nodes with relative error 1.6e-17 (degree 9); n goes into the exponent bits. Eigen's own `pexp` also
 * serves overflow and NaN, and takes twice the time.
 */
inline Packet expOfNonPositive(const Packet& y) noexcept {
  using Bits = long long __attribute__((vector_size(sizeof(Packet))));
  const Packet limit = broadcast(kExpUnderflow);
  const Packet bounded = pmax(y, limit);
  // Adding 1.5 x 2^52 rounds to an integer and leaves it in the low bits of the mantissa.
  const Packet shift = broadcast(6755399441055744.0);
  const Packet shifted = pmadd(bounded, broadcast(1.4426950408889634), shift);
  const Packet n = psub(shifted, shift);
  // ln2 in two parts; the first has 33 bits, so that its product with n is exact.
  Packet r = pmadd(n, broadcast(-0.6931471804855391), bounded);
  r = pmadd(n, broadcast(-7.440617110012397e-11), r);
  const Packet r2 = pmul(r, r);
  const Packet r4 = pmul(r2, r2);
  const Packet q01 = pmadd(r, broadcast(0.16666666666666669), broadcast(0.5000000000000001));
  const Packet q23 = pmadd(r, broadcast(0.008333333333330062), broadcast(0.04166666666662413));
  const Packet q45 = pmadd(r, broadcast(0.00019841269863053618), broadcast(0.0013888888917213717));
  const Packet q67 = pmadd(r, broadcast(2.7557268459997064e-06), broadcast(2.4801521295954376e-05));
  const Packet q89 = pmadd(r, broadcast(2.510038549551032e-08), broadcast(2.7620088445409746e-07));
  const Packet low = pmadd(q23, r2, q01);
  const Packet high = pmadd(r4, q89, pmadd(q67, r2, q45));
  const Packet q = pmadd(r4, high, low);
  const Packet mantissa = padd(broadcast(1.0), pmadd(r2, q, r));
  const Bits scaled = (Bits)mantissa + ((Bits)shifted << 52);
  return pand((Packet)scaled, pcmp_lt(limit, y));
}

}  // namespace lanes
}  // namespace margincube

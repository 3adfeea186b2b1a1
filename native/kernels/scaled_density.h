/**
 * factor x exp(-z^2 / 2) of packets, z >= 0, and exactly 0 from `kQuantileMax` on. Absolute error below 2e-16 x factor:
 * what a price needs.
 */
#pragma once

#include "lane_math.h"
#include "mills_ratio.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace margincube {
namespace lanes {

#if defined(__AVX512F__)

/**
 * numerator / denominator within one unit in the last place, for magnitudes between 1e-150 and 1e150. Two steps from a
 * reciprocal of 14 bits cost a quarter of the division's time, which another division of the same cell needs.
 */
inline Vector quotient(const Vector& numerator, const Vector& denominator) noexcept {
  const auto residual = [&denominator](const Vector& value, const Vector& of) {
    return (Vector)_mm512_fnmadd_pd((__m512d)denominator, (__m512d)value, (__m512d)of);
  };
  const Vector rough = (Vector)_mm512_rcp14_pd((__m512d)denominator);
  const Vector inverse = multiplyAdd(rough, residual(rough, lanes::fill<Vector>(1)), rough);
  const Vector value = numerator * inverse;
  return multiplyAdd(residual(value, numerator), inverse, value);
}

/**
 * 2^(j/16) less j 2^48 in its bits: with n = 16 e + j, adding n 2^48 takes the j away again and puts e into the
 * exponent.
 */
alignas(64) constexpr std::uint64_t kPowersOfTwo[] = {
    0x3ff0000000000000, 0x3fefb5586cf9890f, 0x3fef72b83c7d517b, 0x3fef387a6e756238,
    0x3fef06fe0a31b715, 0x3feedea64c123422, 0x3feebfdad5362a27, 0x3feeab07dd485429,
    0x3feea09e667f3bcd, 0x3feea11473eb0187, 0x3feeace5422aa0db, 0x3feec49182a3f090,
    0x3feee89f995ad3ad, 0x3fef199bdd85529c, 0x3fef5818dcfba487, 0x3fefa4afa2a490da};

/**
 * -z^2/2 = n/16 ln2 + r with |r| <= ln2/32, n from adding 1.5 x 2^48, which leaves it in the low bits; 2^(j/16) comes
 * from a table in two registers, exp(r) = 1 + r q(r), Taylor to degree 6: relative error 1e-17.
 */
inline Vector scaledDensity(const Vector& z, const Vector& factor) noexcept {
  using Bits = LaneTraits<Vector>::Bits;
  const auto fill = lanes::fill<Vector>;
  const Vector square = z * z;
  const Vector shift = fill(422212465065984.0);
  const Vector shifted = multiplyAdd(square, fill(-0.5 * 1.4426950408889634), shift);
  const Vector n = shifted - shift;
  const Vector r = multiplyAdd(n, fill(-0.69314718055994530942), Vector(square * fill(-0.5)));
  const Bits bits = sameBits<Bits>(shifted);
  const __m512i low = _mm512_load_si512(kPowersOfTwo);
  const __m512i high = _mm512_load_si512(kPowersOfTwo + 8);
  const Bits power = (Bits)_mm512_permutex2var_epi64(low, (__m512i)bits, high) + (bits << 48);
  const Vector scaled = sameBits<Vector>(power) * factor;
  constexpr double kExp[] = {1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1.0};
  const Vector density = multiplyAdd(Vector(scaled * r), polynomialOf(kExp, r), scaled);
  return z < fill(kQuantileMax) ? density : fill(0);
}

#else

inline Vector quotient(const Vector& numerator, const Vector& denominator) noexcept { return numerator / denominator; }

inline Vector scaledDensity(const Vector& z, const Vector& factor) noexcept {
  const auto fill = lanes::fill<Vector>;
  const Vector density = factor * (Vector)expOfNonPositive((Packet)(z * z * fill(-0.5)));
  return z < fill(kQuantileMax) ? density : fill(0);
}

#endif

}  // namespace lanes
}  // namespace margincube

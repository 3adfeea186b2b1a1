/**
 * Arithmetic over a lane type: `double` or `Vector`, for methods that are written once for both.
 * Operators, comparisons and `?:` are the compiler's own; here is what it lacks.
 */
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "lanes.h"

#if defined(__FMA__)
#include <immintrin.h>
#endif

namespace margincube {
namespace lanes {

/** A packet as the compiler's own vector: Eigen's type carries an attribute that a template argument would lose. */
using Vector = double __attribute__((vector_size(sizeof(Packet))));

template <typename Lane>
struct LaneTraits;

template <>
struct LaneTraits<double> {
  static constexpr std::size_t kLanes = 1;
  using Bits = std::uint64_t;
  static double fill(double value) noexcept { return value; }
  static double load(const double* from) noexcept { return *from; }
  static void store(double* to, double value) noexcept { *to = value; }
  static double squareRoot(double x) noexcept { return std::sqrt(x); }
  /** a b + c, fused where that is one instruction. */
  static double multiplyAdd(double a, double b, double c) noexcept {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    return __builtin_fma(a, b, c);
#else
    return a * b + c;
#endif
  }
};

template <>
struct LaneTraits<Vector> {
  static constexpr std::size_t kLanes = kPacket;
  using Bits = std::uint64_t __attribute__((vector_size(sizeof(Packet))));
  static Vector fill(double value) noexcept { return (Vector)broadcast(value); }
  static Vector load(const double* from) noexcept { return (Vector)lanes::load(from); }
  static void store(double* to, Vector value) noexcept { lanes::store(to, (Packet)value); }
  static Vector squareRoot(Vector x) noexcept { return (Vector)Eigen::internal::psqrt((Packet)x); }
  static Vector multiplyAdd(Vector a, Vector b, Vector c) noexcept {
    return (Vector)pmadd((Packet)a, (Packet)b, (Packet)c);
  }
  /** a b - c, fused where that is one instruction. */
  static Vector multiplySubtract(Vector a, Vector b, Vector c) noexcept {
#if defined(__AVX512F__)
    return (Vector)_mm512_fmsub_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__FMA__)
    return (Vector)_mm256_fmsub_pd((__m256d)a, (__m256d)b, (__m256d)c);
#else
    return a * b - c;
#endif
  }
};

template <typename Lane>
inline Lane fill(double value) noexcept {
  return LaneTraits<Lane>::fill(value);
}

template <typename Lane>
inline Lane multiplyAdd(const Lane& a, const Lane& b, const Lane& c) noexcept {
  return LaneTraits<Lane>::multiplyAdd(a, b, c);
}

template <typename To, typename From>
inline To sameBits(const From& from) noexcept {
  static_assert(sizeof(To) == sizeof(From), "the same bits");
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

inline Vector larger(const Vector& a, const Vector& b) noexcept { return (Vector)pmax((Packet)a, (Packet)b); }
inline Vector smaller(const Vector& a, const Vector& b) noexcept { return (Vector)pmin((Packet)a, (Packet)b); }
/** a b - c d, the first product exact where the instruction set fuses. */
inline Vector differenceOfProducts(const Vector& a, const Vector& b, const Vector& c, const Vector& d) noexcept {
  return LaneTraits<Vector>::multiplySubtract(a, b, c * d);
}
inline double largestOf(const Vector& a) noexcept { return Eigen::internal::predux_max((Packet)a); }
inline Vector magnitude(const Vector& a) noexcept { return (Vector)pabs((Packet)a); }

/** `value`, negated where `sign` is negative. */
inline Vector timesSignOf(const Vector& value, const Vector& sign) noexcept {
  using Bits = LaneTraits<Vector>::Bits;
  return sameBits<Vector>(Bits(sameBits<Bits>(value) ^ (sameBits<Bits>(sign) & (std::uint64_t{1} << 63))));
}

/** Horner's rule, highest power first. */
template <typename Lane, std::size_t kCoefficients>
inline Lane polynomialOf(const double (&coefficients)[kCoefficients], const Lane& x) noexcept {
  Lane value = fill<Lane>(coefficients[0]);
  for (std::size_t k = 1; k < kCoefficients; ++k) value = multiplyAdd(value, x, fill<Lane>(coefficients[k]));
  return value;
}

/** 2^power x mantissa of a positive normal number, mantissa in [sqrt(1/2), sqrt(2)). */
template <typename Lane>
struct BinaryScale {
  Lane power;
  /** 2^-power. */
  Lane inverse;
};

template <typename Lane>
inline BinaryScale<Lane> binaryScaleOf(const Lane& value) noexcept {
  using Bits = typename LaneTraits<Lane>::Bits;
  const Bits exponent = sameBits<Bits>(Lane(value * fill<Lane>(1.4142135623730951))) >> 52;
  // An integer below 2^52 put into the mantissa of 2^52 is that integer plus 2^52.
  const Lane shifted = sameBits<Lane>(Bits(exponent | std::uint64_t{0x4330000000000000}));
  return {shifted - fill<Lane>(4503599627370496.0 + 1023), sameBits<Lane>(Bits((2046 - exponent) << 52))};
}

/** atanh(r)/r = 1 + r^2 L(r^2) for |r| <= (sqrt2 - 1)/(sqrt2 + 1); interpolated, relative error 5e-18. */
constexpr double kInverseTangent[] = {0.07308224842521703, 0.07665860800278021, 0.09091444562630861, 0.1111110556739754,
                                      0.14285714312987743, 0.19999999999949752, 0.3333333333333335};

/**
 * ln(numerator / denominator) + power ln2, the quotient in [sqrt(1/2), sqrt(2)]. Close numbers lose nothing: their
 * difference is exact.
 */
template <typename Lane>
inline Lane logOfQuotient(const Lane& numerator, const Lane& denominator, const Lane& power) noexcept {
  const Lane ratio = (numerator - denominator) / (numerator + denominator);
  const Lane square = ratio * ratio;
  const Lane twice = ratio + ratio;
  const Lane correction = twice * square * polynomialOf(kInverseTangent, square);
  return multiplyAdd(power, fill<Lane>(0.69314718055994530942), Lane(twice + correction));
}

/** ln(value) of positive normal numbers, error <= 1.5 units in the last place of max(|ln|, |value - 1|). */
template <typename Lane>
inline Lane logOf(const Lane& value) noexcept {
  const BinaryScale<Lane> scale = binaryScaleOf(value);
  return logOfQuotient(Lane(value * scale.inverse), fill<Lane>(1), scale.power);
}

/** A scalar has a better logarithm in the library. */
template <>
inline double logOf<double>(const double& value) noexcept {
  return std::log(value);
}

}  // namespace lanes
}  // namespace margincube

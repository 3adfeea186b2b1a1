#include "normal.h"

#include <cmath>
#include <cstddef>

namespace margincube {
namespace {

constexpr double kSqrtHalf = 0.70710678118654752440;
constexpr double kInvSqrtPi = 0.56418958354775628695;
constexpr double kSqrtHalfPi = 1.2533141373155002512;

// erf(x)/x in x^2, for |x| <= 0.46875; highest power first, as all tables here.
constexpr double kErfP[] = {1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2,
                            3.20937758913846947e3};
constexpr double kErfQ[] = {1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
                            2.84423683343917062e3};

// exp(x^2) erfc(x) in x, for 0.46875 <= x <= 4.
constexpr double kErfcxP[] = {2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594,
                              6.61191906371416295e1,  2.98635138197400131e2,  8.8195222124176909e2,
                              1.71204761263407058e3,  2.05107837782607147e3,  1.23033935479799725e3};
constexpr double kErfcxQ[] = {1,
                              1.57449261107098347e1,
                              1.17693950891312499e2,
                              5.37181101862009858e2,
                              1.62138957456669019e3,
                              3.29079923573345963e3,
                              4.36261909014324716e3,
                              3.43936767414372164e3,
                              1.23033935480374942e3};

// The asymptotic part in 1/x^2, for x >= 4.
constexpr double kTailP[] = {1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
                             1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4};
constexpr double kTailQ[] = {1,
                             2.56852019228982242,
                             1.87295284992346725,
                             5.27905102951428412e-1,
                             6.05183413124413191e-2,
                             2.33520497626869185e-3};

template <std::size_t N>
double polynomial(const double (&coefficients)[N], double x) noexcept {
  double value = 0;
  for (const double coefficient : coefficients) value = value * x + coefficient;
  return value;
}

/** exp(x^2) erfc(x) for x >= 0. */
double scaledErfc(double x) noexcept {
  if (x <= 0.46875) {
    const double square = x * x;
    const double erf = x * polynomial(kErfP, square) / polynomial(kErfQ, square);
    return (1 - erf) * std::exp(square);
  }
  if (x <= 4) return polynomial(kErfcxP, x) / polynomial(kErfcxQ, x);
  const double inverseSquare = 1 / (x * x);
  const double correction = inverseSquare * polynomial(kTailP, inverseSquare) / polynomial(kTailQ, inverseSquare);
  return (kInvSqrtPi - correction) / x;
}

}  // namespace

double expOfMinusHalfSquare(double z) noexcept {
  // The square is split at a multiple of 1/16: its rounding error would be magnified by the exponential.
  const double head = std::trunc(z * 16) / 16;
  return std::exp(-0.5 * head * head) * std::exp(-0.5 * (z - head) * (z + head));
}

double normalPdf(double z) noexcept { return kInvSqrtTwoPi * expOfMinusHalfSquare(z); }

double scaledNormalCdf(double z) noexcept { return kSqrtHalfPi * scaledErfc(-z * kSqrtHalf); }

double normalCdf(double z) noexcept {
  if (z > 0) return 1 - normalPdf(z) * scaledNormalCdf(-z);
  return normalPdf(z) * scaledNormalCdf(z);
}

}  // namespace margincube

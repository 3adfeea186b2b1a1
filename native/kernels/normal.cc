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

// Wichura's three ranges of the quantile.
constexpr double kCentreP[] = {2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4,
                               4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3,
                               1.3314166789178437745e2, 3.387132872796366608};
constexpr double kCentreQ[] = {
    5.226495278852854561e3,  2.8729085735721942674e4, 3.930789580009271061e4,  2.1213794301586595867e4,
    5.3941960214247511077e3, 6.871870074920579083e2,  4.2313330701600911252e1, 1};
constexpr double kShoulderP[] = {7.7454501427834140764e-4, 2.27238449892691845833e-2, 2.4178072517745061177e-1,
                                 1.27045825245236838258,   3.64784832476320460504,    5.7694972214606914055,
                                 4.6303378461565452959,    1.42343711074968357734};
constexpr double kShoulderQ[] = {
    1.05075007164441684324e-9, 5.475938084995344946e-4, 1.51986665636164571966e-2, 1.4810397642748007459e-1,
    6.8976733498510000455e-1,  1.6763848301838038494,   2.05319162663775882187,    1};
constexpr double kQuantileTailP[] = {2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.2426609473880784386e-3,
                                     2.6532189526576123093e-2,  2.9656057182850489123e-1,  1.7848265399172913358,
                                     5.4637849111641143699,     6.6579046435011037772};
constexpr double kQuantileTailQ[] = {
    2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
    1.48753612908506148525e-2,  1.3692988092273580531e-1, 5.9983220655588793769e-1, 1};

constexpr double kCentreReach = 0.425;

template <std::size_t N>
inline double polynomial(const double (&coefficients)[N], double x) noexcept {
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

/** Centre of the quantile: |p - 1/2| <= 0.425. */
inline double centralQuantile(double fromCentre) noexcept {
  const double r = kCentreReach * kCentreReach - fromCentre * fromCentre;
  return fromCentre * polynomial(kCentreP, r) / polynomial(kCentreQ, r);
}

double outerQuantile(double p) noexcept {
  const double depth = std::sqrt(-std::log(p < 0.5 ? p : 1 - p));
  const double size = depth <= 5 ? polynomial(kShoulderP, depth - 1.6) / polynomial(kShoulderQ, depth - 1.6)
                                 : polynomial(kQuantileTailP, depth - 5) / polynomial(kQuantileTailQ, depth - 5);
  return p < 0.5 ? -size : size;
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

double normalQuantile(double p) noexcept {
  const double fromCentre = p - 0.5;
  return std::fabs(fromCentre) <= kCentreReach ? centralQuantile(fromCentre) : outerQuantile(p);
}

void normalQuantiles(const double* p, std::size_t count, double* quantile) noexcept {
  // The centre for all, without a branch; then the sixth that lies outside.
  for (std::size_t i = 0; i < count; ++i) quantile[i] = centralQuantile(p[i] - 0.5);
  for (std::size_t i = 0; i < count; ++i) {
    if (std::fabs(p[i] - 0.5) > kCentreReach) quantile[i] = outerQuantile(p[i]);
  }
}

}  // namespace margincube

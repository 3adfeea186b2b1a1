/**
 * The scaled upper tail of the standard normal distribution, R(z) = N(-z) / exp(-z^2 / 2), z >= 0, as a rational
 * function P/Q with R(0) = 1/2 exactly. Two of them, minimax by Loeb's iteration with Lawson's weights,
 * `mills_ratio.py`:
 *
 * `MillsNearMoney`  |error| x exp(-z^2 / 2) < 2.2e-17 on [0, 8.7]: enough where R(z) stands beside its own density.
 * `MillsAnywhere`   |error| < 2e-17 on [0, 41], beyond which R falls on towards 0.4 / z. With the strike far above the
 *                   forward and a large total volatility, R(z) stands beside a density that is not small, where the
 *                   first one (like Hart 5666 and West 2005) would lose digits.
 */
#pragma once

#include "lanes.h"

namespace margincube {

/** Beyond this N(-z) < 2e-18. */
constexpr double kQuantileMax = 8.7;

/** Coefficients, highest power first. */
struct MillsNearMoney {
  static constexpr double kArgumentMax = kQuantileMax;
  static constexpr double kNumerator[] = {8.003874833213753e-05,
                                          0.0015898508446997909,
                                          0.014469646781396945,
                                          0.07699040720788324,
                                          0.2544597975357305,
                                          0.5022560954066709,
                                          0.5};
  static constexpr double kDenominator[] = {
      0.00020062369848353225, 0.003985317776757415, 0.03646754784580013, 0.19701281671541432,
      0.673302175807443,      1.4470241356268634,   1.8023967516162178,  1.0};
};

struct MillsAnywhere {
  static constexpr double kArgumentMax = 42;
  static constexpr double kNumerator[] = {1.2169574710063523e-06, 3.3482533561437595e-05,
                                          0.00044904963040220215, 0.0038042191397437944,
                                          0.022284264641757433,   0.09333185863192327,
                                          0.2796287667115262,     0.5804984739594193,
                                          0.7655531530106435,     0.5};
  static constexpr double kDenominator[] = {3.050460005867968e-06,
                                            8.392826532741308e-05,
                                            0.001128650960637554,
                                            0.009619691505093233,
                                            0.05697786808872764,
                                            0.24331616480000293,
                                            0.7545633943294998,
                                            1.6708045152436684,
                                            2.519262802808782,
                                            2.3289908668241504,
                                            1.0};
};

}  // namespace margincube

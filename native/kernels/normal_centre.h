/**
 * The middle of the standard normal distribution as an odd rational function, N(z) - 1/2 = z P(z^2) / Q(z^2): no
 * exponential, no case for the sign. All coefficients are positive, so Horner's rule loses nothing. Minimax in absolute
 * error by `normal_centre.py`:
 *
 * `NarrowCentre`  |error| < 3.5e-17 up to |z| = 2.5
 * `WideCentre`    |error| < 4.7e-17 up to |z| = 4
 */
#pragma once

namespace margincube {

/** Coefficients of powers of z^2, highest first. */
struct NarrowCentre {
  static constexpr double kQuantileMax = 2.5;
  static constexpr double kNumerator[] = {7.334562396196513e-10,  1.2638170058160628e-07, 7.872706146965283e-06,
                                          0.00017741782235199065, 0.0047296540049864685,  0.033403102521333,
                                          0.39894228040143226};
  static constexpr double kDenominator[] = {2.6985380873920706e-08,
                                            2.1221934246840986e-06,
                                            8.18551111672921e-05,
                                            0.0019257023816872873,
                                            0.028588122442795422,
                                            0.2503958279070133,
                                            1.0};
};

struct WideCentre {
  static constexpr double kQuantileMax = 4;
  static constexpr double kNumerator[] = {1.0900997427849333e-12, 4.283617540997632e-10,  2.2384463583676768e-08,
                                          1.1502678738607765e-06, 2.7284881507171384e-05, 0.0006269427905333552,
                                          0.007816884885236956,   0.06789804344624618,    0.39894228040143215};
  static constexpr double kDenominator[] = {6.661490422788669e-11, 6.596559537597181e-09, 3.430637349970359e-07,
                                            1.168064186625563e-05, 0.0002769036747613006, 0.0045824343970932045,
                                            0.05073766169986602,   0.33686182216112676,   1.0};
};

}  // namespace margincube

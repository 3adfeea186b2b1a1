/**
 * Tail of Student's t and quantile of chi-squared, by the same formulas as `src/kernel/reference/student-t.ts` and
 * `gamma.ts`. Relative error < 1e-12 for 1 <= degrees of freedom <= 1e4. What depends on the degrees alone is kept.
 */
#pragma once

namespace margincube {

class StudentT {
 public:
  explicit StudentT(double degreesOfFreedom) noexcept;

  /** P(X > t), t >= 0. */
  double upperTail(double t) const noexcept;

 private:
  double degreesOfFreedom_;
  /** ln of 1 / B(n/2, 1/2). */
  double lnScale_;
};

class ChiSquared {
 public:
  explicit ChiSquared(double degreesOfFreedom) noexcept;

  /** Quantile of 0 < p < 1. */
  double quantile(double p) const noexcept;

 private:
  double degreesOfFreedom_;
  double shape_;
  double lnGamma_;
};

}  // namespace margincube

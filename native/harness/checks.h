/** What the harness asserts with: failures are counted and printed, and the program goes on. */
#pragma once

#include <cmath>
#include <cstdio>

namespace margincube::harness {

inline int failures = 0;

inline void expectTrue(bool holds, const char* what) {
  if (holds) return;
  ++failures;
  std::fprintf(stderr, "FAILED %s\n", what);
}

inline void expectNear(double actual, double expected, double tolerance, const char* what) {
  if (std::fabs(actual - expected) <= tolerance) return;
  ++failures;
  std::fprintf(stderr, "FAILED %s: expected %.17g within %.3g, got %.17g\n", what, expected, tolerance, actual);
}

/** Prints a row of the error table and checks the bound. */
inline void expectBound(double worst, double bound, const char* what) {
  std::printf("%-52s worst %.3e  bound %.3e\n", what, worst, bound);
  if (worst <= bound) return;
  ++failures;
  std::fprintf(stderr, "FAILED %s\n", what);
}

}  // namespace margincube::harness

#include "symmetric_matrix.h"

#include <algorithm>
#include <cmath>

namespace margincube {
namespace {

constexpr int kSweepsMax = 100;

/** Whether an entry off the diagonal still matters beside it. */
bool isCoupled(const double* a, std::size_t size) noexcept {
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = i + 1; j < size; ++j) {
      const double scale = std::sqrt(std::fabs(a[i * size + i] * a[j * size + j]));
      if (std::fabs(a[i * size + j]) > 1e-20 * scale) return true;
    }
  }
  return false;
}

struct Rotation {
  double cosine;
  double sine;

  void turn(double& p, double& q) const noexcept {
    const double was = p;
    p = cosine * was - sine * q;
    q = sine * was + cosine * q;
  }
};

/** The rotation of p and q that makes their common entry 0. */
Rotation annihilating(const double* a, std::size_t size, std::size_t p, std::size_t q) noexcept {
  const double theta = (a[q * size + q] - a[p * size + p]) / (2 * a[p * size + q]);
  const double tangent = (theta >= 0 ? 1.0 : -1.0) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
  const double cosine = 1 / std::sqrt(tangent * tangent + 1);
  return {cosine, tangent * cosine};
}

void rotate(double* a, double* vectors, std::size_t size, std::size_t p, std::size_t q) noexcept {
  if (a[p * size + q] == 0) return;
  const Rotation rotation = annihilating(a, size, p, q);
  for (std::size_t k = 0; k < size; ++k) rotation.turn(a[k * size + p], a[k * size + q]);
  for (std::size_t k = 0; k < size; ++k) rotation.turn(a[p * size + k], a[q * size + k]);
  a[p * size + q] = 0;
  a[q * size + p] = 0;
  for (std::size_t k = 0; k < size; ++k) rotation.turn(vectors[k * size + p], vectors[k * size + q]);
}

}  // namespace

void symmetricEigen(double* a, std::size_t size, double* values, double* vectors) noexcept {
  std::fill(vectors, vectors + size * size, 0.0);
  for (std::size_t i = 0; i < size; ++i) vectors[i * size + i] = 1;
  for (int sweep = 0; sweep < kSweepsMax && isCoupled(a, size); ++sweep) {
    for (std::size_t p = 0; p < size; ++p) {
      for (std::size_t q = p + 1; q < size; ++q) rotate(a, vectors, size, p, q);
    }
  }
  for (std::size_t i = 0; i < size; ++i) values[i] = a[i * size + i];
}

bool cholesky(const double* a, std::size_t size, double* lower) noexcept {
  std::fill(lower, lower + size * size, 0.0);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i * size + j];
      for (std::size_t k = 0; k < j; ++k) sum -= lower[i * size + k] * lower[j * size + k];
      if (j < i) {
        lower[i * size + j] = sum / lower[j * size + j];
        continue;
      }
      if (!(sum > 0)) return false;
      lower[i * size + i] = std::sqrt(sum);
    }
  }
  return true;
}

}  // namespace margincube

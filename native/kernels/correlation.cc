#include "correlation.h"

#include <algorithm>
#include <cmath>

#include "symmetric_matrix.h"

namespace margincube {
namespace {

double weightedProduct(const double* left, const double* right, std::size_t rowCount, double decay) noexcept {
  double sum = 0;
  for (std::size_t row = 0; row < rowCount; ++row) sum = sum * decay + left[row] * right[row];
  return sum;
}

/** Entry (i, j) of Q diag(max(values, floor)) Q'. */
double raisedEntry(const double* values, const double* vectors, std::size_t size, double floor, std::size_t i,
                   std::size_t j) noexcept {
  double sum = 0;
  for (std::size_t k = 0; k < size; ++k) {
    sum += vectors[i * size + k] * std::max(values[k], floor) * vectors[j * size + k];
  }
  return sum;
}

/** Raises the eigenvalues and scales the diagonal back to 1; gives the largest change of an entry. */
double repair(const double* correlation, std::size_t size, const double* values, const double* vectors, double floor,
              double* repaired) noexcept {
  double scale[kFactorsMax];
  for (std::size_t i = 0; i < size; ++i) scale[i] = raisedEntry(values, vectors, size, floor, i, i);
  double change = 0;
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const double raised = raisedEntry(values, vectors, size, floor, i, j);
      const double value = i == j ? 1 : raised / std::sqrt(scale[i] * scale[j]);
      repaired[i * size + j] = value;
      repaired[j * size + i] = value;
      change = std::max(change, std::fabs(value - correlation[i * size + j]));
    }
  }
  return change;
}

}  // namespace

KernelStatus ewmaCorrelation(const double* moves, std::size_t factorCount, std::size_t rowCount, double decay,
                             double* correlation, std::size_t* firstBad) noexcept {
  double deviation[kFactorsMax];
  for (std::size_t i = 0; i < factorCount; ++i) {
    const double* own = moves + i * rowCount;
    deviation[i] = std::sqrt(weightedProduct(own, own, rowCount, decay));
    if (!(deviation[i] > 0 && std::isfinite(deviation[i]))) {
      *firstBad = i;
      return KernelStatus::kCorrelationFactor;
    }
  }
  for (std::size_t i = 0; i < factorCount; ++i) {
    correlation[i * factorCount + i] = 1;
    for (std::size_t j = 0; j < i; ++j) {
      const double product = weightedProduct(moves + i * rowCount, moves + j * rowCount, rowCount, decay);
      const double value = std::min(1.0, std::max(-1.0, product / deviation[i] / deviation[j]));
      correlation[i * factorCount + j] = value;
      correlation[j * factorCount + i] = value;
    }
  }
  return KernelStatus::kOk;
}

KernelStatus correlationFactor(const double* correlation, std::size_t factorCount, double eigenvalueFloor,
                               double* repaired, double* lower, double* report, std::size_t* firstBad) noexcept {
  const std::size_t cells = factorCount * factorCount;
  for (std::size_t i = 0; i < cells; ++i) {
    if (std::isfinite(correlation[i])) continue;
    *firstBad = i;
    return KernelStatus::kCorrelationFactor;
  }
  double work[kFactorsMax * kFactorsMax];
  double vectors[kFactorsMax * kFactorsMax];
  double values[kFactorsMax];
  std::copy(correlation, correlation + cells, work);
  symmetricEigen(work, factorCount, values, vectors);
  std::copy(correlation, correlation + cells, repaired);
  report[0] = *std::min_element(values, values + factorCount);
  report[1] = 0;
  if (report[0] < eigenvalueFloor)
    report[1] = repair(correlation, factorCount, values, vectors, eigenvalueFloor, repaired);
  *firstBad = 0;
  return cholesky(repaired, factorCount, lower) ? KernelStatus::kOk : KernelStatus::kCorrelationFactor;
}

}  // namespace margincube

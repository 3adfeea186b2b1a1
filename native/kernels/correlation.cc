#include "correlation.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace margincube {
namespace {

/** Bounded extents: these matrices live on the stack. */
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor, kFactorsMax, kFactorsMax>;
using Map = Eigen::Map<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
using ConstMap = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

double weightedProduct(const double* left, const double* right, std::size_t rowCount, double decay) noexcept {
  double sum = 0;
  for (std::size_t row = 0; row < rowCount; ++row) sum = sum * decay + left[row] * right[row];
  return sum;
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
  const Eigen::Index n = static_cast<Eigen::Index>(factorCount);
  for (std::size_t i = 0; i < factorCount * factorCount; ++i) {
    if (std::isfinite(correlation[i])) continue;
    *firstBad = i;
    return KernelStatus::kCorrelationFactor;
  }
  const ConstMap input(correlation, n, n);
  Map output(repaired, n, n);
  const Eigen::SelfAdjointEigenSolver<Matrix> solver{Matrix(input)};
  report[0] = solver.eigenvalues()(0);
  report[1] = 0;
  output = input;
  if (report[0] < eigenvalueFloor) {
    const Matrix raised = solver.eigenvectors() * solver.eigenvalues().cwiseMax(eigenvalueFloor).asDiagonal() *
                          solver.eigenvectors().transpose();
    for (Eigen::Index i = 0; i < n; ++i) {
      for (Eigen::Index j = 0; j <= i; ++j) {
        const double value = i == j ? 1 : raised(i, j) / std::sqrt(raised(i, i) * raised(j, j));
        output(i, j) = value;
        output(j, i) = value;
        report[1] = std::max(report[1], std::fabs(value - input(i, j)));
      }
    }
  }
  const Eigen::LLT<Matrix> cholesky{Matrix(output)};
  *firstBad = 0;
  if (cholesky.info() != Eigen::Success) return KernelStatus::kCorrelationFactor;
  Map(lower, n, n) = cholesky.matrixL();
  return KernelStatus::kOk;
}

}  // namespace margincube

#include "cube_basis.h"

#include <algorithm>
#include <cmath>

#include "single_product.h"

namespace margincube {
namespace {

/** A row counts as if its largest cell were at least this share of the largest of all. */
constexpr double kScaleMin = 1e-6;

/** What is left of a vector after the others were taken out is noise below this share of it. */
constexpr double kIndependentMin = 1e-6;

/** Random signs (S. Vigna, splitmix64): the same on every machine. */
bool randomSign(std::uint64_t at) noexcept {
  std::uint64_t bits = (at + 1) * 0x9e3779b97f4a7c15u;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
  return ((bits ^ (bits >> 31)) & 1) != 0;
}

/** Weights of the sums: a sign for each row, divided by the row's size. `[rank][row]`. */
void drawSums(const SingleCube& cube, std::size_t rank, float* weights) noexcept {
  const double most = *std::max_element(cube.largest, cube.largest + cube.rowCount);
  const double least = std::max(kScaleMin * most, kPositiveMin);
  for (std::size_t j = 0; j < rank; ++j) {
    for (std::size_t row = 0; row < cube.rowCount; ++row) {
      const double size = std::max(cube.largest[row], least);
      // Sums of a thousand rows scaled to 1 stay within single precision.
      weights[j * cube.rowCount + row] = static_cast<float>((randomSign(j * cube.rowCount + row) ? 1 : -1) / size);
    }
  }
}

/** Pointers to `kProductRows` rows from `first` on; past the last one it again. */
void pointRows(const float* rows, std::size_t length, std::size_t first, std::size_t count,
               const float** pointers) noexcept {
  for (std::size_t r = 0; r < kProductRows; ++r) pointers[r] = rows + std::min(first + r, count - 1) * length;
}

/** Sums of the cube's rows in every scenario, `[rank][stride]`. */
void sumRows(const SingleCube& cube, std::size_t rank, const float* weights, double* vectors) noexcept {
  const std::size_t stride = scenarioStride(cube.scenarioCount);
  float sums[kProductRows * kScenarioBlock];
  const float* pointers[kProductRows];
  for (std::size_t block = 0; block < blockCount(cube.scenarioCount); ++block) {
    const std::size_t count = scenariosInBlock(block, cube.scenarioCount);
    for (std::size_t j = 0; j < rank; j += kProductRows) {
      pointRows(weights, cube.rowCount, j, rank, pointers);
      multiplyBlock(pointers, cube.rowCount, cube.cells + cubeRow(block, 0, cube.rowCount), sums);
      for (std::size_t r = 0; r < std::min(kProductRows, rank - j); ++r) {
        double* to = vectors + (j + r) * stride + block * kScenarioBlock;
        for (std::size_t lane = 0; lane < kScenarioBlock; ++lane) {
          to[lane] = lane < count ? static_cast<double>(sums[r * kScenarioBlock + lane]) : 0;
        }
      }
    }
  }
}

double dot(const double* a, const double* b, std::size_t count) noexcept {
  double sums[8] = {};
  for (std::size_t s = 0; s < count; s += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane) sums[lane] += a[s + lane] * b[s + lane];
  }
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

/** Gram and Schmidt twice (orthogonal to rounding); a vector that adds nothing becomes 0, the others' largest is 1. */
void makeOrthogonal(std::size_t rank, std::size_t stride, double* vectors, double* squares) noexcept {
  for (std::size_t j = 0; j < rank; ++j) {
    double* own = vectors + j * stride;
    const double before = dot(own, own, stride);
    for (int round = 0; round < 2; ++round) {
      for (std::size_t i = 0; i < j; ++i) {
        if (!(squares[i] > 0)) continue;
        const double* other = vectors + i * stride;
        const double share = dot(own, other, stride) / squares[i];
        for (std::size_t s = 0; s < stride; ++s) own[s] -= share * other[s];
      }
    }
    double largest = 0;
    for (std::size_t s = 0; s < stride; ++s) largest = std::max(largest, std::fabs(own[s]));
    const bool adds = dot(own, own, stride) > kIndependentMin * kIndependentMin * before && largest > 0;
    for (std::size_t s = 0; s < stride; ++s) own[s] = adds ? own[s] / largest : 0;
    squares[j] = dot(own, own, stride);
  }
}

void roundVectors(std::size_t rank, std::size_t stride, const double* vectors, float* rounded) noexcept {
  for (std::size_t j = 0; j < rank; ++j) {
    for (std::size_t s = 0; s < stride; ++s) {
      rounded[(s / kScenarioBlock * rank + j) * kScenarioBlock + s % kScenarioBlock] =
          static_cast<float>(vectors[j * stride + s]);
    }
  }
}

/** Projections of every row on every vector, `[row][kScenarioBlock]`. `turned` has room for a block of lanes. */
void projectRows(const SingleCube& cube, std::size_t rank, const float* vectors, const double* squares, float* turned,
                 double* projections) noexcept {
  std::fill(projections, projections + cube.rowCount * kScenarioBlock, 0.0);
  std::fill(turned, turned + kScenarioBlock * kScenarioBlock, 0.0f);
  float sums[kProductRows * kScenarioBlock];
  const float* pointers[kProductRows];
  for (std::size_t block = 0; block < blockCount(cube.scenarioCount); ++block) {
    const std::size_t count = scenariosInBlock(block, cube.scenarioCount);
    for (std::size_t j = 0; j < rank; ++j) {
      const float* vector = vectors + (block * rank + j) * kScenarioBlock;
      for (std::size_t s = 0; s < count; ++s) turned[s * kScenarioBlock + j] = vector[s];
    }
    const float* cells = cube.cells + cubeRow(block, 0, cube.rowCount);
    for (std::size_t row = 0; row < cube.rowCount; row += kProductRows) {
      pointRows(cells, kScenarioBlock, row, cube.rowCount, pointers);
      multiplyBlock(pointers, count, turned, sums);
      double* to = projections + row * kScenarioBlock;
      const std::size_t entries = std::min(kProductRows, cube.rowCount - row) * kScenarioBlock;
      for (std::size_t k = 0; k < entries; ++k) to[k] += sums[k];
    }
  }
  for (std::size_t row = 0; row < cube.rowCount; ++row) {
    for (std::size_t j = 0; j < rank; ++j) {
      double& projection = projections[row * kScenarioBlock + j];
      projection = squares[j] > 0 ? projection / squares[j] : 0;
    }
  }
}

/** The largest difference of every row, plus what looking at it in single precision may have missed. */
void boundResiduals(const SingleCube& cube, const CubeBasis& basis, double* residual) noexcept {
  std::fill(residual, residual + cube.rowCount, 0.0);
  float sums[kProductRows * kScenarioBlock];
  const float* pointers[kProductRows];
  for (std::size_t block = 0; block < blockCount(cube.scenarioCount); ++block) {
    const std::size_t count = scenariosInBlock(block, cube.scenarioCount);
    const float* vectors = basis.vectors + block * basis.rank * kScenarioBlock;
    for (std::size_t row = 0; row < cube.rowCount; row += kProductRows) {
      pointRows(basis.loadings, basis.rank, row, cube.rowCount, pointers);
      multiplyBlock(pointers, basis.rank, vectors, sums);
      for (std::size_t r = 0; r < std::min(kProductRows, cube.rowCount - row); ++r) {
        const float* cells = cube.cells + cubeRow(block, row + r, cube.rowCount);
        float most = 0;
        for (std::size_t lane = 0; lane < count; ++lane) {
          // Written so that a difference that is no number stays.
          const float size = std::fabs(cells[lane] - sums[r * kScenarioBlock + lane]);
          most = size <= most ? most : size;
        }
        if (!(static_cast<double>(most) <= residual[row + r])) residual[row + r] = static_cast<double>(most);
      }
    }
  }
  for (std::size_t row = 0; row < cube.rowCount; ++row) {
    const double terms = basis.loadingSum[row] + cube.largest[row];
    residual[row] += (static_cast<double>(basis.rank) + 8) * kSingleRounding * terms + 1e-36;
  }
}

}  // namespace

std::size_t cubeBasisWorkspaceLength(std::size_t rowCount, std::size_t scenarioCount, std::size_t rank) noexcept {
  const std::size_t floats = rank * rowCount + kScenarioBlock * kScenarioBlock;
  return rank * (scenarioStride(scenarioCount) + 1) + rowCount * kScenarioBlock + doublesFor(floats * sizeof(float));
}

void factorCube(const SingleCube& cube, std::size_t rank, const CubeBasisOutputs& basis, double* workspace) noexcept {
  const std::size_t stride = scenarioStride(cube.scenarioCount);
  double* vectors = workspace;
  double* squares = vectors + rank * stride;
  double* projections = squares + rank;
  auto* weights = reinterpret_cast<float*>(projections + cube.rowCount * kScenarioBlock);
  float* turned = weights + rank * cube.rowCount;
  drawSums(cube, rank, weights);
  sumRows(cube, rank, weights, vectors);
  makeOrthogonal(rank, stride, vectors, squares);
  roundVectors(rank, stride, vectors, basis.vectors);
  projectRows(cube, rank, basis.vectors, squares, turned, projections);
  for (std::size_t row = 0; row < cube.rowCount; ++row) {
    double sum = 0;
    for (std::size_t j = 0; j < rank; ++j) {
      const auto loading = static_cast<float>(projections[row * kScenarioBlock + j]);
      basis.loadings[row * rank + j] = loading;
      sum += std::fabs(static_cast<double>(loading));
    }
    basis.loadingSum[row] = sum;
  }
  boundResiduals(cube, {rank, basis.vectors, basis.loadings, basis.loadingSum, basis.residual}, basis.residual);
}

}  // namespace margincube

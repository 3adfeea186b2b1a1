#include "sobol.h"

#include "sobol_directions_table.h"

namespace margincube {
namespace {

constexpr std::size_t kBits = 32;

/** Direction numbers of one dimension, the first bit highest. */
void directionNumbers(std::size_t dimension, std::uint32_t* direction) noexcept {
  if (dimension == 0) {
    for (std::size_t bit = 0; bit < kBits; ++bit) direction[bit] = std::uint32_t{1} << (kBits - 1 - bit);
    return;
  }
  const SobolDimension& row = kSobolTable[dimension - 1];
  const std::size_t degree = row.degree;
  for (std::size_t bit = 0; bit < kBits; ++bit) {
    if (bit < degree) {
      direction[bit] = row.initial[bit] << (kBits - 1 - bit);
      continue;
    }
    std::uint32_t value = direction[bit - degree] ^ (direction[bit - degree] >> degree);
    for (std::size_t k = 1; k < degree; ++k) {
      if ((row.coefficients >> (degree - 1 - k)) & 1) value ^= direction[bit - k];
    }
    direction[bit] = value;
  }
}

std::uint32_t reversed(std::uint32_t x) noexcept {
  x = ((x >> 1) & 0x55555555u) | ((x & 0x55555555u) << 1);
  x = ((x >> 2) & 0x33333333u) | ((x & 0x33333333u) << 2);
  x = ((x >> 4) & 0x0f0f0f0fu) | ((x & 0x0f0f0f0fu) << 4);
  x = ((x >> 8) & 0x00ff00ffu) | ((x & 0x00ff00ffu) << 8);
  return (x >> 16) | (x << 16);
}

std::uint32_t avalanche(std::uint32_t x) noexcept {
  x = (x ^ (x >> 16)) * 0x21f0aaadu;
  x = (x ^ (x >> 15)) * 0x735a2d97u;
  return x ^ (x >> 15);
}

/** Bits flow upwards only, so on reversed bits a digit is permuted by the digits above it: a nested scrambling. */
std::uint32_t nestedPermutation(std::uint32_t x, std::uint32_t seed) noexcept {
  x ^= x * 0x3d20adeau;
  x += seed;
  x *= (seed >> 16) | 1u;
  x ^= x * 0x05526c56u;
  x ^= x * 0x53a22864u;
  return x;
}

std::size_t trailingZeros(std::size_t value) noexcept {
  std::size_t count = 0;
  while (((value >> count) & 1) == 0) ++count;
  return count;
}

}  // namespace

KernelStatus sobol(std::uint32_t seed, std::size_t firstPoint, std::size_t pointCount, std::size_t dimensions,
                   double* uniform) noexcept {
  constexpr std::size_t kPoints = std::size_t{1} << kBits;
  const bool fits = firstPoint < kPoints && pointCount <= kPoints - firstPoint;
  if (dimensions == 0 || dimensions > kSobolDimensions || !fits) return KernelStatus::kSobolDimension;
  std::uint32_t direction[kBits + 1] = {};
  for (std::size_t d = 0; d < dimensions; ++d) {
    directionNumbers(d, direction);
    const std::uint32_t dimensionSeed = avalanche(seed + static_cast<std::uint32_t>(d) * 0x9e3779b9u);
    const std::size_t gray = firstPoint ^ (firstPoint >> 1);
    std::uint32_t point = 0;
    for (std::size_t bit = 0; bit < kBits; ++bit) {
      if ((gray >> bit) & 1) point ^= direction[bit];
    }
    double* row = uniform + d * pointCount;
    for (std::size_t i = 0; i < pointCount; ++i) {
      const std::uint32_t scrambled = reversed(nestedPermutation(reversed(point), dimensionSeed));
      row[i] = (static_cast<double>(scrambled) + 0.5) * 0x1p-32;
      point ^= direction[trailingZeros(firstPoint + i + 1)];
    }
  }
  return KernelStatus::kOk;
}

}  // namespace margincube

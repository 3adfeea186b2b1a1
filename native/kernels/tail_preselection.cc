#include "tail_preselection.h"

#include <algorithm>
#include <cmath>

#include "checks.h"
#include "single_lanes.h"
#include "tail_selection.h"

namespace margincube {
namespace {

using namespace single_lanes;

/** Blocks looked at for the thresholds: 512 scenarios. */
constexpr std::size_t kSampleBlocks = 8;

/** Standard deviations between the expected rank of the tail's end in the sample and the rank of the threshold. */
constexpr double kRankMargin = 3.5;

/** Sums of this size and above may overflow single precision on the way. */
constexpr double kSingleMax = 1e37;

/** What underflow to zero may lose of every product, and then some. */
constexpr double kSingleTiny = 1e-36;

constexpr double kSingleRounding = 5.9604644775390625e-8;  // 2^-24
constexpr double kDoubleRounding = 2.220446049250313e-16;  // 2^-52
constexpr double kBoundRounding = 1 + 1e-9;                // of E itself

constexpr std::size_t kPacketsPerBlock = kScenarioBlock / kPacket;

/** Sums kept in registers at a time: 16 vector registers below AVX-512. */
constexpr std::size_t kAccumulators = kPacketsPerBlock <= 8 ? kPacketsPerBlock : 8;

/** One position as the pass over the blocks reads it. */
struct Entry {
  std::uint32_t row;
  float quantity;
};

/** What the passes share; everything lies in the caller's workspace. */
struct Pass {
  Entry* entries;
  /** `[book][sampleLanes]`, the single-precision P&L of the sampled scenarios. */
  float* sample;
  std::size_t sampleLanes;
  /** `[book][capacity]`, the single-precision P&L of the candidates. */
  float* values;
  /** P&L of one book in all scenarios. */
  float* vector;
  float* threshold;
  double* error;
};

std::size_t doublesFor(std::size_t bytes) noexcept { return (bytes + sizeof(double) - 1) / sizeof(double); }

std::size_t blockCount(std::size_t scenarioCount) noexcept { return scenarioStride(scenarioCount) / kScenarioBlock; }

std::size_t sampleBlocks(std::size_t scenarioCount) noexcept {
  return std::min(kSampleBlocks, blockCount(scenarioCount));
}

/** The k-th sampled block: evenly spaced. */
std::size_t sampledBlock(std::size_t k, std::size_t sampled, std::size_t blocks) noexcept {
  return k * blocks / sampled;
}

/** P&L of one book in one block. */
void sumBlock(const float* block, const Entry* entries, std::size_t count, float* sums) noexcept {
  for (std::size_t done = 0; done < kPacketsPerBlock; done += kAccumulators) {
    const float* cells = block + done * kPacket;
    Packet accumulators[kAccumulators];
    for (std::size_t p = 0; p < kAccumulators; ++p) accumulators[p] = broadcast(0);
    for (std::size_t k = 0; k < count; ++k) {
      const float* row = cells + entries[k].row * kScenarioBlock;
      const Packet quantity = broadcast(entries[k].quantity);
      for (std::size_t p = 0; p < kAccumulators; ++p) {
        accumulators[p] = Eigen::internal::pmadd(quantity, load(row + p * kPacket), accumulators[p]);
      }
    }
    for (std::size_t p = 0; p < kAccumulators; ++p) store(sums + (done + p) * kPacket, accumulators[p]);
  }
}

/** Bits of the scenarios of a block that are at most the threshold; entries past the last scenario are not asked for.
 */
std::uint64_t blockMask(const float* sums, std::size_t count, float threshold) noexcept {
  const Packet limit = broadcast(threshold);
  std::uint64_t mask = 0;
  for (std::size_t p = 0; p < kPacketsPerBlock; ++p) {
    mask |= maskAtMost(load(sums + p * kPacket), limit) << (p * kPacket);
  }
  return count == kScenarioBlock ? mask : mask & ((std::uint64_t{1} << count) - 1);
}

/** Appends what passes; counts on beyond the capacity without writing. */
std::uint32_t append(const float* sums, std::uint64_t mask, std::size_t firstScenario, std::size_t capacity,
                     std::uint32_t found, float* values, std::uint32_t* scenarios) noexcept {
  for (; mask != 0; mask &= mask - 1) {
    const auto lane = static_cast<std::size_t>(__builtin_ctzll(mask));
    if (found < capacity) {
      values[found] = sums[lane];
      scenarios[found] = static_cast<std::uint32_t>(firstScenario + lane);
    }
    ++found;
  }
  return found;
}

std::size_t scenariosInBlock(std::size_t block, std::size_t scenarioCount) noexcept {
  return std::min(kScenarioBlock, scenarioCount - block * kScenarioBlock);
}

/** Entries in single precision, and the bound E of every book; false in `usable` terms is an infinite bound. */
void prepare(const SingleCube& cube, const SparseRows& books, const Pass& pass) noexcept {
  for (std::size_t book = 0; book < books.rowCount; ++book) {
    const std::size_t from = books.rowOffsets[book];
    const std::size_t to = books.rowOffsets[book + 1];
    const double count = static_cast<double>(to - from);
    double size = 0, gross = 0, quantities = 0;
    for (std::size_t k = from; k < to; ++k) {
      const std::uint32_t row = books.instrument[k];
      const double quantity = std::fabs(books.quantity[k]);
      pass.entries[k - books.rowOffsets[0]] = {row, static_cast<float>(books.quantity[k])};
      quantities += quantity;
      size += quantity * cube.largest[row];
      gross += quantity * cube.gross[row];
    }
    const double error = (count + 4) * kSingleRounding * size + (count + 64) * kDoubleRounding * gross +
                         (count + 1) * kSingleTiny * (1 + quantities);
    const bool fits = size < kSingleMax && quantities < kSingleMax;
    pass.error[book] = fits ? error * kBoundRounding : HUGE_VAL;
  }
}

/** The tail-th smallest of the candidates, and the scenarios that stay: at most that and twice the error. */
bool cut(double error, std::size_t tail, std::uint32_t found, float* values, float* scratch, std::uint32_t* scenarios,
         float threshold, std::uint32_t* kept) noexcept {
  if (found < tail) return false;
  std::copy(values, values + found, scratch);
  std::nth_element(scratch, scratch + tail - 1, scratch + found);
  const double limit = static_cast<double>(scratch[tail - 1]) + 2 * error;
  if (!(limit <= threshold)) return false;
  std::uint32_t count = 0;
  for (std::uint32_t k = 0; k < found; ++k) {
    scenarios[count] = scenarios[k];
    count += static_cast<double>(values[k]) <= limit;
  }
  *kept = count;
  return true;
}

/** A book looked at in full: all its scenarios, then the same rule. */
std::uint32_t selectInFull(const SingleCube& cube, const Entry* entries, std::size_t count, double error,
                           std::size_t tail, std::size_t capacity, float* vector, float* scratch,
                           std::uint32_t* scenarios) noexcept {
  for (std::size_t block = 0; block < blockCount(cube.scenarioCount); ++block) {
    sumBlock(cube.cells + cubeRow(block, 0, cube.rowCount), entries, count, vector + block * kScenarioBlock);
  }
  std::copy(vector, vector + cube.scenarioCount, scratch);
  std::nth_element(scratch, scratch + tail - 1, scratch + cube.scenarioCount);
  const double limit = static_cast<double>(scratch[tail - 1]) + 2 * error;
  std::uint32_t kept = 0;
  for (std::size_t s = 0; s < cube.scenarioCount; ++s) {
    if (!(static_cast<double>(vector[s]) <= limit)) continue;
    if (kept == capacity) return kNotPreselected;
    scenarios[kept++] = static_cast<std::uint32_t>(s);
  }
  return kept;
}

/** First pass: the sampled blocks of every book, then its threshold and what of the sample lies below it. */
void sampleBooks(const SingleCube& cube, const SparseRows& books, std::size_t tail, std::size_t capacity,
                 const Pass& pass, std::uint32_t* candidate, std::uint32_t* candidateCount) noexcept {
  const std::size_t blocks = blockCount(cube.scenarioCount);
  const std::size_t sampled = sampleBlocks(cube.scenarioCount);
  for (std::size_t k = 0; k < sampled; ++k) {
    const float* block = cube.cells + cubeRow(sampledBlock(k, sampled, blocks), 0, cube.rowCount);
    for (std::size_t book = 0; book < books.rowCount; ++book) {
      const std::size_t from = books.rowOffsets[book];
      sumBlock(block, pass.entries + from - books.rowOffsets[0], books.rowOffsets[book + 1] - from,
               pass.sample + book * pass.sampleLanes + k * kScenarioBlock);
    }
  }
  std::size_t lanes = 0;
  for (std::size_t k = 0; k < sampled; ++k) {
    lanes += scenariosInBlock(sampledBlock(k, sampled, blocks), cube.scenarioCount);
  }
  const bool isWhole = sampled == blocks;
  const double expected =
      static_cast<double>(lanes) * static_cast<double>(tail) / static_cast<double>(cube.scenarioCount);
  const auto rank = static_cast<std::size_t>(expected + kRankMargin * std::sqrt(expected) + 1);
  for (std::size_t book = 0; book < books.rowCount; ++book) {
    const float* sample = pass.sample + book * pass.sampleLanes;
    // The last block comes last among the sampled ones, so what pads it stands at the end.
    std::copy(sample, sample + lanes, pass.vector);
    float* at = pass.vector + std::min(isWhole ? lanes - 1 : rank, lanes - 1);
    std::nth_element(pass.vector, at, pass.vector + lanes);
    pass.threshold[book] = *at;
    std::uint32_t found = 0;
    for (std::size_t k = 0; k < sampled; ++k) {
      const std::size_t block = sampledBlock(k, sampled, blocks);
      const float* sums = sample + k * kScenarioBlock;
      const std::uint64_t mask = blockMask(sums, scenariosInBlock(block, cube.scenarioCount), *at);
      found = append(sums, mask, block * kScenarioBlock, capacity, found, pass.values + book * capacity,
                     candidate + book * capacity);
    }
    candidateCount[book] = found;
  }
}

/** Second pass: what lies below the thresholds in all other blocks. */
void collectBooks(const SingleCube& cube, const SparseRows& books, std::size_t capacity, const Pass& pass,
                  std::uint32_t* candidate, std::uint32_t* candidateCount) noexcept {
  const std::size_t blocks = blockCount(cube.scenarioCount);
  const std::size_t sampled = sampleBlocks(cube.scenarioCount);
  std::size_t next = 0;
  for (std::size_t block = 0; block < blocks; ++block) {
    if (next < sampled && block == sampledBlock(next, sampled, blocks)) {
      ++next;
      continue;
    }
    const float* cells = cube.cells + cubeRow(block, 0, cube.rowCount);
    const std::size_t count = scenariosInBlock(block, cube.scenarioCount);
    float sums[kScenarioBlock];
    for (std::size_t book = 0; book < books.rowCount; ++book) {
      const std::size_t from = books.rowOffsets[book];
      sumBlock(cells, pass.entries + from - books.rowOffsets[0], books.rowOffsets[book + 1] - from, sums);
      const std::uint64_t mask = blockMask(sums, count, pass.threshold[book]);
      if (mask == 0) continue;
      candidateCount[book] = append(sums, mask, block * kScenarioBlock, capacity, candidateCount[book],
                                    pass.values + book * capacity, candidate + book * capacity);
    }
  }
}

Pass arrange(std::size_t bookCount, std::size_t positionCount, std::size_t scenarioCount, std::size_t capacity,
             double* workspace) noexcept {
  Pass pass{};
  pass.error = workspace;
  workspace += bookCount;
  pass.entries = reinterpret_cast<Entry*>(workspace);
  workspace += doublesFor(positionCount * sizeof(Entry));
  pass.sampleLanes = sampleBlocks(scenarioCount) * kScenarioBlock;
  pass.sample = reinterpret_cast<float*>(workspace);
  pass.values = pass.sample + bookCount * pass.sampleLanes;
  pass.threshold = pass.values + bookCount * capacity;
  pass.vector = pass.threshold + bookCount;
  return pass;
}

}  // namespace

std::size_t candidateCapacity(std::size_t scenarioCount, double confidence) noexcept {
  return std::min(scenarioCount, 6 * tailCount(scenarioCount, confidence) + 2 * kScenarioBlock);
}

std::size_t preselectionWorkspaceLength(std::size_t bookCount, std::size_t positionCount, std::size_t scenarioCount,
                                        double confidence) noexcept {
  const std::size_t capacity = candidateCapacity(scenarioCount, confidence);
  const std::size_t floats =
      bookCount * (sampleBlocks(scenarioCount) * kScenarioBlock + capacity + 1) + 2 * scenarioStride(scenarioCount);
  return bookCount + doublesFor(positionCount * sizeof(Entry)) + doublesFor(floats * sizeof(float));
}

KernelStatus preselectTail(const SingleCube& cube, const SparseRows& books, double confidence, std::uint32_t* candidate,
                           std::uint32_t* candidateCount, double* workspace, std::size_t* firstBad) noexcept {
  const KernelStatus status = checkPositions(books, cube.rowCount, firstBad);
  if (status != KernelStatus::kOk) return status;
  const std::size_t tail = tailCount(cube.scenarioCount, confidence);
  const std::size_t capacity = candidateCapacity(cube.scenarioCount, confidence);
  const std::size_t positionCount = books.rowOffsets[books.rowCount] - books.rowOffsets[0];
  const Pass pass = arrange(books.rowCount, positionCount, cube.scenarioCount, capacity, workspace);
  float* scratch = pass.vector + scenarioStride(cube.scenarioCount);
  prepare(cube, books, pass);
  sampleBooks(cube, books, tail, capacity, pass, candidate, candidateCount);
  collectBooks(cube, books, capacity, pass, candidate, candidateCount);
  for (std::size_t book = 0; book < books.rowCount; ++book) {
    if (!(pass.error[book] < HUGE_VAL)) {
      candidateCount[book] = kNotPreselected;
      continue;
    }
    std::uint32_t* scenarios = candidate + book * capacity;
    const std::uint32_t found = candidateCount[book];
    if (found <= capacity && cut(pass.error[book], tail, found, pass.values + book * capacity, scratch, scenarios,
                                 pass.threshold[book], &candidateCount[book])) {
      continue;
    }
    const std::size_t from = books.rowOffsets[book];
    candidateCount[book] =
        selectInFull(cube, pass.entries + from - books.rowOffsets[0], books.rowOffsets[book + 1] - from,
                     pass.error[book], tail, capacity, pass.vector, scratch, scenarios);
  }
  return KernelStatus::kOk;
}

}  // namespace margincube

#include "tail_preselection.h"

#include <algorithm>
#include <cmath>

#include "checks.h"
#include "single_product.h"
#include "tail_candidates.h"
#include "tail_selection.h"

namespace margincube {
namespace {

using namespace single_lanes;

/** Blocks looked at for the thresholds: 1,024 scenarios. */
constexpr std::size_t kSampleBlocks = 16;

/** Standard deviations between the expected rank of the tail's end in the sample and the rank of the threshold. */
constexpr double kRankMargin = 3.5;

/** A position costs as much as so many vectors of the basis: its cells lie anywhere in the block. */
constexpr std::size_t kVectorsPerPosition = 6;

/** Sums of this size and above may overflow single precision on the way. */
constexpr double kSingleMax = 1e37;

/** What underflow to zero may lose of every product, and then some. */
constexpr double kSingleTiny = 1e-36;

constexpr double kBoundRounding = 1 + 1e-9;  // of E itself

/** Count of candidates of a book that is left to double precision. */
constexpr std::uint32_t kNotPreselected = 0xffffffff;

/** Sums kept in registers at a time: 16 vector registers below AVX-512. */
constexpr std::size_t kAccumulators = kSinglePackets <= 8 ? kSinglePackets : 8;

/** One position as the pass over the blocks reads it. */
struct Entry {
  std::uint32_t row;
  float quantity;
};

/** What the passes share; everything lies in the caller's workspace. */
struct Pass {
  double* error;
  Entry* entries;
  /** Books in the order of the passes: those over rows, then those over the basis. */
  std::uint32_t* order;
  std::size_t sparseCount;
  /** `[book of the basis][rank]`. */
  float* weights;
  std::size_t sampleLanes;
  /** `[book][sampleLanes]`, the P&L of the sampled scenarios. */
  float* sample;
  float* threshold;
  std::size_t capacity;
  /** Entries of a list: the capacity and the slack. */
  std::size_t room;
  /** `[book][room]`, candidates and their P&L. */
  float* values;
  std::uint32_t* scenarios;
  /** Entries of each list, or what they would be if it had room for them. */
  std::uint32_t* found;
  /** P&L of one book in all scenarios. */
  float* vector;
};

std::size_t sampleBlocks(std::size_t scenarioCount) noexcept {
  return std::min(kSampleBlocks, blockCount(scenarioCount));
}

/** The k-th sampled block: evenly spaced. */
std::size_t sampledBlock(std::size_t k, std::size_t sampled, std::size_t blocks) noexcept {
  return k * blocks / sampled;
}

/** P&L of one book over its rows in one block. */
void sumRows(const float* block, const Entry* entries, std::size_t count, float* sums) noexcept {
  for (std::size_t done = 0; done < kSinglePackets; done += kAccumulators) {
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

/** Books summed over their rows, one at a time while a block (256 KB for 1,000 rows) stays in the cache. */
struct RowSums {
  static constexpr std::size_t kBooks = 1;
  static constexpr std::size_t kBlocks = 1;
  const SingleCube& cube;
  const SparseRows& books;
  const Pass& pass;
  std::size_t first() const noexcept { return 0; }
  std::size_t count() const noexcept { return pass.sparseCount; }
  void operator()(std::size_t block, std::size_t at, float* sums) const noexcept {
    const std::size_t book = pass.order[at];
    const std::size_t from = books.rowOffsets[book];
    sumRows(cube.cells + cubeRow(block, 0, cube.rowCount), pass.entries + from - books.rowOffsets[0],
            books.rowOffsets[book + 1] - from, sums);
  }
};

/** Books summed over the basis, a few at a time while some blocks of it (12 KB each for 48 vectors) stay there. */
struct BasisSums {
  static constexpr std::size_t kBooks = kProductRows;
  static constexpr std::size_t kBlocks = 16;
  const CubeBasis& basis;
  const Pass& pass;
  std::size_t bookCount;
  std::size_t first() const noexcept { return pass.sparseCount; }
  std::size_t count() const noexcept { return bookCount - pass.sparseCount; }
  void operator()(std::size_t block, std::size_t at, float* sums) const noexcept {
    const float* weights[kBooks];
    for (std::size_t b = 0; b < kBooks; ++b) {
      weights[b] = pass.weights + std::min(at + b, count() - 1) * basis.rank;
    }
    multiplyBlock(weights, basis.rank, basis.vectors + block * basis.rank * kScenarioBlock, sums);
  }
};

double rowBound(const SingleCube& cube, const SparseRows& books, std::size_t book) noexcept {
  const std::size_t from = books.rowOffsets[book];
  const std::size_t to = books.rowOffsets[book + 1];
  const double count = static_cast<double>(to - from);
  double size = 0, gross = 0, quantities = 0;
  for (std::size_t k = from; k < to; ++k) {
    const std::uint32_t row = books.instrument[k];
    const double quantity = std::fabs(books.quantity[k]);
    quantities += quantity;
    size += quantity * cube.largest[row];
    gross += quantity * cube.gross[row];
  }
  const double error = (count + 4) * kSingleRounding * size + (count + 64) * kDoubleRounding * gross +
                       (count + 1) * kSingleTiny * (1 + quantities);
  return size < kSingleMax && quantities < kSingleMax ? error * kBoundRounding : HUGE_VAL;
}

/** Weights of a book on the basis, and its bound. */
double weighBook(const SingleCube& cube, const CubeBasis& basis, const SparseRows& books, std::size_t book,
                 float* weights) noexcept {
  const std::size_t from = books.rowOffsets[book];
  const std::size_t to = books.rowOffsets[book + 1];
  double sums[kScenarioBlock] = {};
  double left = 0, size = 0, gross = 0, quantities = 0;
  for (std::size_t k = from; k < to; ++k) {
    const std::uint32_t row = books.instrument[k];
    const float* loadings = basis.loadings + row * basis.rank;
    for (std::size_t j = 0; j < basis.rank; ++j) sums[j] += books.quantity[k] * static_cast<double>(loadings[j]);
    const double quantity = std::fabs(books.quantity[k]);
    quantities += quantity;
    left += quantity * basis.residual[row];
    size += quantity * cube.largest[row];
    gross += quantity * (cube.gross[row] + basis.loadingSum[row]);
  }
  double total = 0;
  for (std::size_t j = 0; j < basis.rank; ++j) {
    weights[j] = static_cast<float>(sums[j]);
    total += std::fabs(sums[j]);
  }
  const double rank = static_cast<double>(basis.rank);
  const double count = static_cast<double>(to - from);
  const double error = left + kSingleRounding * (size + (rank + 4) * total) + (count + 64) * kDoubleRounding * gross +
                       (count + rank + 1) * kSingleTiny * (1 + quantities);
  return total < kSingleMax && size < kSingleMax && quantities < kSingleMax ? error * kBoundRounding : HUGE_VAL;
}

/** Which way each book goes, its numbers in single precision, and its bound. */
void prepare(const SingleCube& cube, const CubeBasis& basis, const SparseRows& books, Pass* pass) noexcept {
  for (std::size_t k = books.rowOffsets[0]; k < books.rowOffsets[books.rowCount]; ++k) {
    pass->entries[k - books.rowOffsets[0]] = {books.instrument[k], static_cast<float>(books.quantity[k])};
  }
  std::size_t sparse = 0, dense = 0;
  for (std::size_t book = 0; book < books.rowCount; ++book) {
    const std::size_t count = books.rowOffsets[book + 1] - books.rowOffsets[book];
    const bool isDense = basis.rank > 0 && count * kVectorsPerPosition > basis.rank;
    if (isDense) {
      pass->error[book] = weighBook(cube, basis, books, book, pass->weights + dense * basis.rank);
      // In ascending order from the end of the list: turned below.
      pass->order[books.rowCount - ++dense] = static_cast<std::uint32_t>(book);
    } else {
      pass->error[book] = rowBound(cube, books, book);
      pass->order[sparse++] = static_cast<std::uint32_t>(book);
    }
  }
  std::reverse(pass->order + sparse, pass->order + books.rowCount);
  pass->sparseCount = sparse;
}

/** First pass: the sampled blocks of every book, and its threshold. */
template <typename Sums>
void sampleBooks(const Sums& sumsOf, std::size_t scenarioCount, std::size_t tail, const Pass& pass) noexcept {
  const std::size_t blocks = blockCount(scenarioCount);
  const std::size_t sampled = sampleBlocks(scenarioCount);
  float sums[Sums::kBooks * kScenarioBlock];
  for (std::size_t from = 0; from < sampled; from += Sums::kBlocks) {
    const std::size_t to = std::min(from + Sums::kBlocks, sampled);
    for (std::size_t at = 0; at < sumsOf.count(); at += Sums::kBooks) {
      for (std::size_t k = from; k < to; ++k) {
        sumsOf(sampledBlock(k, sampled, blocks), at, sums);
        for (std::size_t b = 0; b < std::min(Sums::kBooks, sumsOf.count() - at); ++b) {
          std::copy(sums + b * kScenarioBlock, sums + (b + 1) * kScenarioBlock,
                    pass.sample + (sumsOf.first() + at + b) * pass.sampleLanes + k * kScenarioBlock);
        }
      }
    }
  }
  // The last block comes last among the sampled ones, so what pads it stands at the end.
  const std::size_t last = sampledBlock(sampled - 1, sampled, blocks);
  const std::size_t lanes = (sampled - 1) * kScenarioBlock + scenariosInBlock(last, scenarioCount);
  const double expected = static_cast<double>(lanes) * static_cast<double>(tail) / static_cast<double>(scenarioCount);
  const auto rank = static_cast<std::size_t>(expected + kRankMargin * std::sqrt(expected) + 1);
  for (std::size_t at = sumsOf.first(); at < sumsOf.first() + sumsOf.count(); ++at) {
    // Where the sample is the whole the threshold is no limit.
    pass.threshold[at] = sampled == blocks ? HUGE_VALF
                                           : thresholdOf(pass.sample + at * pass.sampleLanes, lanes,
                                                         std::min(rank + 1, lanes), rank / 8);
  }
}

/** Second pass: what lies below the thresholds, sampled or not. */
template <typename Sums>
void collectBooks(const Sums& sumsOf, std::size_t scenarioCount, const Pass& pass) noexcept {
  const std::size_t blocks = blockCount(scenarioCount);
  float sums[Sums::kBooks * kScenarioBlock];
  for (std::size_t from = 0; from < blocks; from += Sums::kBlocks) {
    const std::size_t to = std::min(from + Sums::kBlocks, blocks);
    for (std::size_t at = 0; at < sumsOf.count(); at += Sums::kBooks) {
      const std::size_t books = std::min(Sums::kBooks, sumsOf.count() - at);
      for (std::size_t block = from; block < to; ++block) {
        sumsOf(block, at, sums);
        const std::size_t count = scenariosInBlock(block, scenarioCount);
        for (std::size_t b = 0; b < books; ++b) {
          const std::size_t own = sumsOf.first() + at + b;
          pass.found[own] =
              appendAtMost(sums + b * kScenarioBlock, count, pass.threshold[own], block * kScenarioBlock, pass.capacity,
                           pass.found[own], pass.values + own * pass.room, pass.scenarios + own * pass.room);
        }
      }
    }
  }
}

/** Keeps of the candidates what is at most the tail's end and twice the error; false where the list may miss some. */
bool cut(double error, std::size_t tail, float threshold, std::size_t capacity, std::uint32_t found,
         const float* values, const std::uint32_t* scenarios, std::uint32_t* candidate, std::uint32_t* kept) noexcept {
  if (!(error < HUGE_VAL) || found < tail || found > capacity) return false;
  const double limit = static_cast<double>(thresholdOf(values, found, tail, 0)) + 2 * error;
  if (!(limit <= static_cast<double>(threshold))) return false;
  std::uint32_t count = 0;
  for (std::uint32_t k = 0; k < found; ++k) {
    candidate[count] = scenarios[k];
    count += static_cast<double>(values[k]) <= limit;
  }
  *kept = count;
  return true;
}

/** A book looked at in full over its rows: all its scenarios, then the same rule. */
std::uint32_t selectInFull(const SingleCube& cube, const SparseRows& books, std::size_t book, std::size_t tail,
                           const Pass& pass, std::uint32_t* candidate) noexcept {
  const double error = rowBound(cube, books, book);
  if (!(error < HUGE_VAL)) return kNotPreselected;
  const std::size_t from = books.rowOffsets[book];
  for (std::size_t block = 0; block < blockCount(cube.scenarioCount); ++block) {
    sumRows(cube.cells + cubeRow(block, 0, cube.rowCount), pass.entries + from - books.rowOffsets[0],
            books.rowOffsets[book + 1] - from, pass.vector + block * kScenarioBlock);
  }
  const double limit = static_cast<double>(thresholdOf(pass.vector, cube.scenarioCount, tail, 0)) + 2 * error;
  std::uint32_t kept = 0;
  for (std::size_t s = 0; s < cube.scenarioCount; ++s) {
    if (!(static_cast<double>(pass.vector[s]) <= limit)) continue;
    if (kept == pass.capacity) return kNotPreselected;
    candidate[kept++] = static_cast<std::uint32_t>(s);
  }
  return kept;
}

Pass arrange(std::size_t bookCount, std::size_t positionCount, std::size_t scenarioCount, std::size_t rank,
             std::size_t capacity, double* workspace) noexcept {
  Pass pass{};
  pass.capacity = capacity;
  pass.room = capacity + kCandidateSlack;
  pass.sampleLanes = sampleBlocks(scenarioCount) * kScenarioBlock;
  pass.error = workspace;
  pass.entries = reinterpret_cast<Entry*>(pass.error + bookCount);
  pass.weights = reinterpret_cast<float*>(pass.entries + positionCount);
  pass.sample = pass.weights + bookCount * rank;
  pass.threshold = pass.sample + bookCount * pass.sampleLanes;
  pass.values = pass.threshold + bookCount;
  pass.vector = pass.values + bookCount * pass.room;
  pass.scenarios = reinterpret_cast<std::uint32_t*>(pass.vector + scenarioStride(scenarioCount));
  pass.order = pass.scenarios + bookCount * pass.room;
  pass.found = pass.order + bookCount;
  std::fill(pass.found, pass.found + bookCount, 0u);
  return pass;
}

/** The candidates of a book, and how many they are. @param at its place in the order of the passes */
std::uint32_t selectBook(const SingleCube& cube, const SparseRows& books, std::size_t at, std::size_t tail,
                         const Pass& pass, std::uint32_t* candidate) noexcept {
  const std::size_t book = pass.order[at];
  if (books.rowOffsets[book] == books.rowOffsets[book + 1]) return 0;
  std::uint32_t kept = 0;
  const bool isKnown = cut(pass.error[book], tail, pass.threshold[at], pass.capacity, pass.found[at],
                           pass.values + at * pass.room, pass.scenarios + at * pass.room, candidate, &kept);
  return isKnown ? kept : selectInFull(cube, books, book, tail, pass, candidate);
}

}  // namespace

std::size_t candidateCapacity(std::size_t scenarioCount, double confidence) noexcept {
  return std::min(scenarioCount, 6 * tailCount(scenarioCount, confidence) + 2 * kScenarioBlock);
}

std::size_t preselectionWorkspaceLength(std::size_t bookCount, std::size_t positionCount, std::size_t scenarioCount,
                                        std::size_t rank, double confidence) noexcept {
  const std::size_t room = candidateCapacity(scenarioCount, confidence) + kCandidateSlack;
  const std::size_t floats =
      bookCount * (rank + sampleBlocks(scenarioCount) * kScenarioBlock + 2 * room + 3) + scenarioStride(scenarioCount);
  return bookCount + doublesFor(positionCount * sizeof(Entry)) + doublesFor(floats * sizeof(float));
}

KernelStatus preselectTail(const SingleCube& cube, const CubeBasis& basis, const SparseRows& books, double confidence,
                           std::uint32_t* candidateOffsets, std::uint32_t* candidate, std::uint8_t* isLeft,
                           double* workspace, std::size_t* firstBad) noexcept {
  const KernelStatus status = checkPositions(books, cube.rowCount, firstBad);
  if (status != KernelStatus::kOk) return status;
  const std::size_t tail = tailCount(cube.scenarioCount, confidence);
  const std::size_t capacity = candidateCapacity(cube.scenarioCount, confidence);
  const std::size_t positionCount = books.rowOffsets[books.rowCount] - books.rowOffsets[0];
  Pass pass = arrange(books.rowCount, positionCount, cube.scenarioCount, basis.rank, capacity, workspace);
  prepare(cube, basis, books, &pass);
  const RowSums rowSums{cube, books, pass};
  sampleBooks(rowSums, cube.scenarioCount, tail, pass);
  collectBooks(rowSums, cube.scenarioCount, pass);
  const BasisSums basisSums{basis, pass, books.rowCount};
  sampleBooks(basisSums, cube.scenarioCount, tail, pass);
  collectBooks(basisSums, cube.scenarioCount, pass);
  // Both parts of the order ascend: the next book leads one of them.
  std::size_t sparse = 0, dense = pass.sparseCount;
  for (std::size_t book = 0; book < books.rowCount; ++book) {
    const bool isSparse = sparse < pass.sparseCount && pass.order[sparse] == book;
    const std::size_t from = candidateOffsets[book];
    const std::uint32_t kept = selectBook(cube, books, isSparse ? sparse++ : dense++, tail, pass, candidate + from);
    if (kept == kNotPreselected) isLeft[book] = 1;
    candidateOffsets[book + 1] = static_cast<std::uint32_t>(from + (kept == kNotPreselected ? 0 : kept));
  }
  return KernelStatus::kOk;
}

}  // namespace margincube

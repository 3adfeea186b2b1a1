#include "book_tail.h"

#include <algorithm>
#include <cmath>

#include "lanes.h"
#include "single_cube.h"
#include "tail_selection.h"

namespace margincube {
namespace {

using namespace lanes;

/** Packets of one block of scenarios. */
constexpr std::size_t kPackets = kTailLanes / kPacket;
static_assert(kTailLanes % kPacket == 0, "a block is a whole number of packets");

/** P&L of one group of positions in the scenarios of a block, settlement currency; fused where `aggregate` is fused. */
inline void sumGroup(const DollarBooks& books, std::size_t group, const double* cells, Packet* sums) noexcept {
  for (std::size_t p = 0; p < kPackets; ++p) sums[p] = broadcast(0);
  const std::size_t end = books.positionOffsets[group + 1];
  for (std::size_t k = books.positionOffsets[group]; k < end; ++k) {
    const Packet quantity = broadcast(books.quantity[k]);
    const double* own = cells + books.instrument[k] * kTailLanes;
    for (std::size_t p = 0; p < kPackets; ++p) sums[p] = pmadd(quantity, load(own + p * kPacket), sums[p]);
  }
}

/** Operation by operation what the engine does, in every scenario of the block. */
void bookPnl(const DollarBooks& books, std::size_t book, const double* cells, const double* spotFactor,
             std::size_t stride, double* pnl) noexcept {
  Packet total[kPackets], sum[kPackets], own[kPackets], factor[kPackets];
  for (std::size_t p = 0; p < kPackets; ++p) total[p] = broadcast(0);
  for (std::size_t section = books.sectionOffsets[book]; section < books.sectionOffsets[book + 1]; ++section) {
    for (std::size_t p = 0; p < kPackets; ++p) {
      sum[p] = broadcast(0);
      factor[p] = load(spotFactor + books.spotRow[section] * stride + p * kPacket);
    }
    for (std::size_t group = books.groupOffsets[section]; group < books.groupOffsets[section + 1]; ++group) {
      sumGroup(books, group, cells, own);
      const Packet price = broadcast(books.price[group]);
      if (books.isInverse[group] == 0) {
        for (std::size_t p = 0; p < kPackets; ++p) sum[p] = padd(sum[p], pmul(own[p], price));
        continue;
      }
      const Packet value = broadcast(books.value[group]);
      const Packet valueNow = broadcast(books.value[group] * books.price[group]);
      for (std::size_t p = 0; p < kPackets; ++p) {
        sum[p] = padd(sum[p], psub(pmul(pmul(padd(own[p], value), price), factor[p]), valueNow));
      }
    }
    if (books.coinWorth[section] != 0) {
      const Packet worth = broadcast(books.coinWorth[section]);
      for (std::size_t p = 0; p < kPackets; ++p) {
        sum[p] = padd(sum[p], pmul(worth, psub(factor[p], broadcast(1))));
      }
    }
    for (std::size_t p = 0; p < kPackets; ++p) total[p] = padd(total[p], sum[p]);
  }
  for (std::size_t p = 0; p < kPackets; ++p) store(pnl + p * kPacket, total[p]);
}

/** One wish for a scenario: which book's, where its answer goes, and the place of the scenario. */
struct Wish {
  std::uint32_t book;
  std::uint32_t at;
  std::uint32_t place;
};

/**
 * Sorts wishes by block of places, then by book; `starts` gets one entry more than there are blocks. Book b wishes
 * `scenario[firstOf(b)]` to `scenario[firstOf(b + 1)]`.
 */
template <typename FirstOf>
void sortByBlock(std::size_t bookCount, FirstOf firstOf, const std::uint32_t* scenario, const ScenarioRows& rows,
                 std::uint32_t* starts, Wish* wishes) noexcept {
  const std::size_t blocks = tailBlockCount(rows.scenarioCount);
  const std::size_t first = firstOf(0);
  std::fill(starts, starts + blocks + 1, 0u);
  for (std::size_t k = first; k < firstOf(bookCount); ++k) ++starts[rows.placeOf[scenario[k]] / kTailLanes + 1];
  for (std::size_t block = 0; block < blocks; ++block) starts[block + 1] += starts[block];
  for (std::size_t book = 0; book < bookCount; ++book) {
    for (std::size_t k = firstOf(book); k < firstOf(book + 1); ++k) {
      const std::uint32_t place = rows.placeOf[scenario[k]];
      wishes[starts[place / kTailLanes]++] = {static_cast<std::uint32_t>(book), static_cast<std::uint32_t>(k - first),
                                              place};
    }
  }
  for (std::size_t block = blocks; block > 0; --block) starts[block] = starts[block - 1];
  starts[0] = 0;
}

/** What the cells of one block weigh in the tail of one book: 0 for scenarios outside it. */
struct TailWeights {
  Packet packets[kPackets];
};

/** Weighted cells of a run of positions in one block. */
void addCells(const std::uint32_t* __restrict instrument, std::size_t count, const double* __restrict cells,
              const TailWeights& weights, double* __restrict share) noexcept {
  for (std::size_t k = 0; k < count; ++k) {
    const double* own = cells + instrument[k] * kTailLanes;
    Packet sum = pmul(weights.packets[0], load(own));
    for (std::size_t p = 1; p < kPackets; ++p) sum = pmadd(weights.packets[p], load(own + p * kPacket), sum);
    share[k] += Eigen::internal::predux(sum);
  }
}

/** Weighted cells of the positions of a section: of an inverse group in coins, at the prices of the scenarios. */
void addSection(const DollarBooks& books, std::size_t section, const double* cells, const TailWeights& weights,
                const double* factor, double* share) noexcept {
  TailWeights inverse;
  for (std::size_t p = 0; p < kPackets; ++p) inverse.packets[p] = pmul(weights.packets[p], load(factor + p * kPacket));
  const std::size_t last = books.groupOffsets[section + 1];
  for (std::size_t group = books.groupOffsets[section]; group < last;) {
    const std::uint8_t isInverse = books.isInverse[group];
    const std::size_t from = books.positionOffsets[group];
    while (group < last && books.isInverse[group] == isInverse) ++group;
    addCells(books.instrument + from, books.positionOffsets[group] - from, cells, isInverse != 0 ? inverse : weights,
             share + from);
  }
}

struct Candidate {
  double pnl;
  std::uint32_t scenario;
};

bool isWorse(const Candidate& a, const Candidate& b) noexcept {
  return a.pnl < b.pnl || (a.pnl == b.pnl && a.scenario < b.scenario);
}

void selectTail(Candidate* candidates, std::size_t count, std::size_t scenarioCount, double confidence,
                std::size_t book, const BookTails& tails) noexcept {
  const std::size_t tail = tailCount(scenarioCount, confidence);
  const double mass = static_cast<double>(scenarioCount) * (1 - confidence);
  std::nth_element(candidates, candidates + tail - 1, candidates + count, isWorse);
  std::sort(candidates, candidates + tail, isWorse);
  double sum = 0;
  for (std::size_t k = 0; k + 1 < tail; ++k) sum -= candidates[k].pnl;
  const double valueAtRisk = 0 - candidates[tail - 1].pnl;
  const double lastShare = mass - static_cast<double>(tail - 1);
  const double expectedShortfall = (sum + lastShare * valueAtRisk) / mass;
  double squares = 0;
  for (std::size_t k = 0; k < tail; ++k) {
    const double excess = 0 - candidates[k].pnl - expectedShortfall;
    squares += (k + 1 < tail ? 1 : lastShare) * (excess * excess);
    tails.tailScenario[book * tail + k] = candidates[k].scenario;
  }
  const double beyond = expectedShortfall - valueAtRisk;
  tails.valueAtRisk[book] = valueAtRisk;
  tails.expectedShortfall[book] = expectedShortfall;
  tails.standardError[book] = std::sqrt((squares / mass + confidence * (beyond * beyond)) / mass);
  tails.worstPnl[book] = candidates[0].pnl;
  tails.worstScenario[book] = candidates[0].scenario;
}

/**
 * Turns the weighted cells of a book's positions into what they add to its expected shortfall:
 * -(quantity x cells x price), and for an inverse group what its options are worth moves with the price as well.
 */
void toContributions(const ScenarioRows& rows, const DollarBooks& books, std::size_t book, const double* unitValue,
                     const std::uint32_t* tailScenario, std::size_t tail, double mass, double* contribution) noexcept {
  const std::size_t stride = scenarioStride(rows.scenarioCount);
  for (std::size_t section = books.sectionOffsets[book]; section < books.sectionOffsets[book + 1]; ++section) {
    const double* spotFactor = rows.spotFactor + books.spotRow[section] * stride;
    double moved = 0;
    for (std::size_t k = 0; k < tail; ++k) {
      const double weight = (k + 1 < tail ? 1 : mass - static_cast<double>(tail - 1)) / mass;
      moved += weight * (spotFactor[rows.placeOf[tailScenario[k]]] - 1);
    }
    for (std::size_t group = books.groupOffsets[section]; group < books.groupOffsets[section + 1]; ++group) {
      const double perCoin = books.isInverse[group] != 0 ? moved : 0;
      for (std::size_t k = books.positionOffsets[group]; k < books.positionOffsets[group + 1]; ++k) {
        const double cells = contribution[k] + unitValue[books.instrument[k]] * perCoin;
        contribution[k] = 0 - books.quantity[k] * cells * books.price[group];
      }
    }
  }
}

/** Candidates of two doubles, wishes of three halves, and a half for every block. */
std::size_t tailWorkspace(std::size_t candidateCount, std::size_t scenarioCount) noexcept {
  return 2 * candidateCount + doublesFor(candidateCount * sizeof(Wish)) +
         doublesFor((tailBlockCount(scenarioCount) + 1) * sizeof(std::uint32_t));
}

void writeNothing(std::size_t book, std::size_t tail, const BookTails& tails) noexcept {
  tails.valueAtRisk[book] = 0;
  tails.expectedShortfall[book] = 0;
  tails.standardError[book] = 0;
  tails.worstPnl[book] = 0;
  tails.worstScenario[book] = 0;
  std::fill(tails.tailScenario + book * tail, tails.tailScenario + (book + 1) * tail, 0u);
}

}  // namespace

std::size_t bookTailWorkspaceLength(std::size_t candidateCount, std::size_t scenarioCount) noexcept {
  return tailWorkspace(candidateCount, scenarioCount);
}

void bookTail(const ScenarioRows& rows, const DollarBooks& books, const std::uint32_t* candidateOffsets,
              const std::uint32_t* candidate, double confidence, const BookTails& tails, double* workspace) noexcept {
  const std::size_t first = candidateOffsets[0];
  const std::size_t count = candidateOffsets[books.bookCount] - first;
  const std::size_t stride = scenarioStride(rows.scenarioCount);
  const std::size_t blockLength = rows.instrumentCount * kTailLanes;
  auto* candidates = reinterpret_cast<Candidate*>(workspace);
  auto* wishes = reinterpret_cast<Wish*>(workspace + 2 * count);
  auto* starts = reinterpret_cast<std::uint32_t*>(wishes + count);
  for (std::size_t k = 0; k < count; ++k) candidates[k].scenario = candidate[first + k];
  sortByBlock(
      books.bookCount, [=](std::size_t book) { return candidateOffsets[book]; }, candidate, rows, starts, wishes);
  const std::size_t blocks = tailBlockCount(rows.scenarioCount);
  double pnl[kTailLanes];
  for (std::size_t block = 0; block < blocks; ++block) {
    const double* cells = rows.pnl + block * blockLength;
    const std::size_t end = starts[block + 1];
    for (std::size_t k = starts[block]; k < end;) {
      const std::size_t book = wishes[k].book;
      bookPnl(books, book, cells, rows.spotFactor + block * kTailLanes, stride, pnl);
      for (; k < end && wishes[k].book == book; ++k) candidates[wishes[k].at].pnl = pnl[wishes[k].place % kTailLanes];
    }
  }
  const std::size_t tail = tailCount(rows.scenarioCount, confidence);
  for (std::size_t book = 0; book < books.bookCount; ++book) {
    const std::size_t from = candidateOffsets[book] - first;
    const std::size_t wanted = candidateOffsets[book + 1] - candidateOffsets[book];
    if (wanted < tail) {
      writeNothing(book, tail, tails);
    } else {
      selectTail(candidates + from, wanted, rows.scenarioCount, confidence, book, tails);
    }
  }
}

void tailContributions(const ScenarioRows& rows, const DollarBooks& books, const double* unitValue,
                       const std::uint8_t* taken, const std::uint32_t* tailScenario, double confidence,
                       double* contribution, double* workspace) noexcept {
  const std::size_t tail = tailCount(rows.scenarioCount, confidence);
  const std::size_t stride = scenarioStride(rows.scenarioCount);
  const double mass = static_cast<double>(rows.scenarioCount) * (1 - confidence);
  const double lastWeight = (mass - static_cast<double>(tail - 1)) / mass;
  auto* wishes = reinterpret_cast<Wish*>(workspace);
  auto* starts = reinterpret_cast<std::uint32_t*>(wishes + books.bookCount * tail);
  sortByBlock(
      books.bookCount, [=](std::size_t book) { return book * tail; }, tailScenario, rows, starts, wishes);
  const std::size_t firstGroup = books.groupOffsets[books.sectionOffsets[0]];
  const std::size_t lastGroup = books.groupOffsets[books.sectionOffsets[books.bookCount]];
  std::fill(contribution + books.positionOffsets[firstGroup], contribution + books.positionOffsets[lastGroup], 0.0);
  for (std::size_t block = 0; block < tailBlockCount(rows.scenarioCount); ++block) {
    const double* cells = rows.pnl + block * rows.instrumentCount * kTailLanes;
    const std::size_t end = starts[block + 1];
    for (std::size_t w = starts[block]; w < end;) {
      const std::uint32_t book = wishes[w].book;
      double lanes[kTailLanes] = {};
      for (; w < end && wishes[w].book == book; ++w) {
        lanes[wishes[w].place % kTailLanes] = wishes[w].at % tail + 1 == tail ? lastWeight : 1 / mass;
      }
      if (taken[book] == 0) continue;
      TailWeights own;
      for (std::size_t p = 0; p < kPackets; ++p) own.packets[p] = load(lanes + p * kPacket);
      for (std::size_t section = books.sectionOffsets[book]; section < books.sectionOffsets[book + 1]; ++section) {
        const double* factor = rows.spotFactor + books.spotRow[section] * stride + block * kTailLanes;
        addSection(books, section, cells, own, factor, contribution);
      }
    }
  }
  for (std::size_t book = 0; book < books.bookCount; ++book) {
    if (taken[book] == 0) continue;
    toContributions(rows, books, book, unitValue, tailScenario + book * tail, tail, mass, contribution);
  }
}

}  // namespace margincube

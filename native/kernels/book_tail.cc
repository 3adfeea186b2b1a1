#include "book_tail.h"

#include <algorithm>
#include <cmath>

#include "tail_selection.h"

namespace margincube {
namespace {

/** Fused where `aggregate` is fused on this instruction level. */
inline double multiplyAdd(double a, double b, double c) noexcept {
#if defined(__FMA__)
  return __builtin_fma(a, b, c);
#else
  return a * b + c;
#endif
}

inline double toDollars(bool isInverse, double pnl, double price, double value, double factor) noexcept {
  return isInverse ? (pnl + value) * price * factor - value * price : pnl * price;
}

/** One position as the revaluation reads it: its group, counted from the first of its book. */
struct Entry {
  std::uint32_t instrument;
  std::uint32_t group;
  double quantity;
};

/** Positions with their groups beside them, so that one loop without branches adds up all groups of a book. */
void arrangeEntries(const DollarBooks& books, Entry* entries) noexcept {
  for (std::size_t book = 0; book < books.bookCount; ++book) {
    const std::size_t first = books.groupOffsets[books.sectionOffsets[book]];
    const std::size_t last = books.groupOffsets[books.sectionOffsets[book + 1]];
    for (std::size_t group = first; group < last; ++group) {
      for (std::size_t k = books.positionOffsets[group]; k < books.positionOffsets[group + 1]; ++k) {
        entries[k] = {books.instrument[k], static_cast<std::uint32_t>(group - first), books.quantity[k]};
      }
    }
  }
}

/** `sums` has room for the groups of the book. */
double bookPnl(const DollarBooks& books, const Entry* entries, std::size_t book, const double* cells,
               const double* spotFactor, std::size_t stride, double* sums) noexcept {
  const std::size_t firstSection = books.sectionOffsets[book];
  const std::size_t lastSection = books.sectionOffsets[book + 1];
  const std::size_t firstGroup = books.groupOffsets[firstSection];
  const std::size_t lastGroup = books.groupOffsets[lastSection];
  std::fill(sums, sums + (lastGroup - firstGroup), 0.0);
  // Groups are independent of each other: their chains of additions run side by side.
  const std::size_t end = books.positionOffsets[lastGroup];
  for (std::size_t k = books.positionOffsets[firstGroup]; k < end; ++k) {
    const Entry& entry = entries[k];
    sums[entry.group] = multiplyAdd(entry.quantity, cells[entry.instrument], sums[entry.group]);
  }
  double total = 0;
  for (std::size_t section = firstSection; section < lastSection; ++section) {
    const double factor = spotFactor[books.spotRow[section] * stride];
    double sum = 0;
    for (std::size_t group = books.groupOffsets[section]; group < books.groupOffsets[section + 1]; ++group) {
      sum += toDollars(books.isInverse[group] != 0, sums[group - firstGroup], books.price[group], books.value[group],
                       factor);
    }
    if (books.coinWorth[section] != 0) sum += books.coinWorth[section] * (factor - 1);
    total += sum;
  }
  return total;
}

/** One wish for a scenario: which book's, and where its answer goes. */
struct Wish {
  std::uint32_t book;
  std::uint32_t at;
};

/** Sorts wishes by scenario, stable; `starts` gets `scenarioCount + 1` entries. */
template <typename ScenarioAt, typename BookAt>
void sortByScenario(std::size_t first, std::size_t count, std::size_t scenarioCount, ScenarioAt scenarioAt,
                    BookAt bookAt, std::uint32_t* starts, Wish* wishes) noexcept {
  std::fill(starts, starts + scenarioCount + 1, 0u);
  for (std::size_t k = 0; k < count; ++k) ++starts[scenarioAt(first + k) + 1];
  for (std::size_t s = 0; s < scenarioCount; ++s) starts[s + 1] += starts[s];
  for (std::size_t k = 0; k < count; ++k) {
    wishes[starts[scenarioAt(first + k)]++] = {bookAt(first + k), static_cast<std::uint32_t>(k)};
  }
  for (std::size_t s = scenarioCount; s > 0; --s) starts[s] = starts[s - 1];
  starts[0] = 0;
}

/** What a position's mark says beside 1 for an inverse one. */
constexpr std::uint8_t kLinearSection = 0;
constexpr std::uint8_t kLinearAmongInverse = 2;

/** What belongs to groups, beside their positions: one loop without branches then adds up a section's shares. */
void spreadGroups(const DollarBooks& books, const double* unitValue, double* price, double* value,
                  std::uint8_t* isInverse) noexcept {
  for (std::size_t section = books.sectionOffsets[0]; section < books.sectionOffsets[books.bookCount]; ++section) {
    const std::size_t first = books.groupOffsets[section];
    const std::size_t last = books.groupOffsets[section + 1];
    const bool hasInverse =
        std::any_of(books.isInverse + first, books.isInverse + last, [](std::uint8_t own) { return own != 0; });
    for (std::size_t group = first; group < last; ++group) {
      for (std::size_t k = books.positionOffsets[group]; k < books.positionOffsets[group + 1]; ++k) {
        price[k] = books.price[group];
        value[k] = books.quantity[k] * unitValue[books.instrument[k]];
        isInverse[k] = books.isInverse[group] != 0 ? 1 : hasInverse ? kLinearAmongInverse : kLinearSection;
      }
    }
  }
}

/** Weighted losses of a section's positions in one scenario. */
void addShares(const std::uint32_t* instrument, const double* quantity, const double* price, const double* value,
               const std::uint8_t* isInverse, std::size_t count, const double* cells, double factor, double weight,
               double* contribution) noexcept {
  for (std::size_t k = 0; k < count; ++k) {
    const double pnl = quantity[k] * cells[instrument[k]];
    contribution[k] -= weight * toDollars(isInverse[k] == 1, pnl, price[k], value[k], factor);
  }
}

/** The same where no group is inverse. */
void addLinearShares(const std::uint32_t* __restrict instrument, const double* __restrict quantity,
                     const double* __restrict price, const double*, const std::uint8_t*, std::size_t count,
                     const double* __restrict cells, double, double weight, double* __restrict contribution) noexcept {
  for (std::size_t k = 0; k < count; ++k) contribution[k] -= weight * (quantity[k] * cells[instrument[k]] * price[k]);
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

std::size_t positionCount(const DollarBooks& books) noexcept {
  return books.positionOffsets[books.groupOffsets[books.sectionOffsets[books.bookCount]]];
}

/** Candidates of two doubles, wishes of one, and per candidate and scenario half of one. */
std::size_t tailWorkspace(std::size_t candidateCount, std::size_t scenarioCount) noexcept {
  return 3 * candidateCount + candidateCount / 2 + scenarioCount / 2 + 4;
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

std::size_t bookTailWorkspaceLength(std::size_t candidateCount, std::size_t positionCount,
                                    std::size_t scenarioCount) noexcept {
  // Entries of two doubles, and at most one sum per position. Shares: price, value and a mark per position.
  return tailWorkspace(candidateCount, scenarioCount) + 3 * positionCount + 1;
}

void bookTail(const ScenarioRows& rows, const DollarBooks& books, const std::uint32_t* candidateOffsets,
              const std::uint32_t* candidate, double confidence, const BookTails& tails, double* workspace) noexcept {
  const std::size_t count = candidateOffsets[books.bookCount] - candidateOffsets[0];
  const std::size_t stride = scenarioStride(rows.scenarioCount);
  auto* candidates = reinterpret_cast<Candidate*>(workspace);
  auto* wishes = reinterpret_cast<Wish*>(workspace + 2 * count);
  auto* bookOf = reinterpret_cast<std::uint32_t*>(workspace + 3 * count);
  std::uint32_t* starts = bookOf + count;
  const std::size_t positions = positionCount(books);
  auto* entries = reinterpret_cast<Entry*>(workspace + tailWorkspace(count, rows.scenarioCount));
  double* sums = reinterpret_cast<double*>(entries + positions);
  arrangeEntries(books, entries);
  for (std::size_t book = 0; book < books.bookCount; ++book) {
    std::fill(bookOf + candidateOffsets[book] - candidateOffsets[0],
              bookOf + candidateOffsets[book + 1] - candidateOffsets[0], static_cast<std::uint32_t>(book));
  }
  const std::size_t first = candidateOffsets[0];
  sortByScenario(
      first, count, rows.scenarioCount, [=](std::size_t k) { return candidate[k]; },
      [=](std::size_t k) { return bookOf[k - first]; }, starts, wishes);
  for (std::size_t s = 0; s < rows.scenarioCount; ++s) {
    const double* cells = rows.pnl + s * rows.instrumentCount;
    for (std::size_t k = starts[s]; k < starts[s + 1]; ++k) {
      const Wish& wish = wishes[k];
      candidates[wish.at] = {bookPnl(books, entries, wish.book, cells, rows.spotFactor + s, stride, sums),
                             static_cast<std::uint32_t>(s)};
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
  const std::size_t count = books.bookCount * tail;
  const std::size_t stride = scenarioStride(rows.scenarioCount);
  const double mass = static_cast<double>(rows.scenarioCount) * (1 - confidence);
  const double lastWeight = (mass - static_cast<double>(tail - 1)) / mass;
  auto* wishes = reinterpret_cast<Wish*>(workspace);
  auto* starts = reinterpret_cast<std::uint32_t*>(workspace + count);
  sortByScenario(
      0, count, rows.scenarioCount, [=](std::size_t k) { return tailScenario[k]; },
      [=](std::size_t k) { return static_cast<std::uint32_t>(k / tail); }, starts, wishes);
  const std::size_t firstGroup = books.groupOffsets[books.sectionOffsets[0]];
  const std::size_t lastGroup = books.groupOffsets[books.sectionOffsets[books.bookCount]];
  const std::size_t positions = positionCount(books);
  double* price = workspace + tailWorkspace(count, rows.scenarioCount);
  double* value = price + positions;
  auto* isInverse = reinterpret_cast<std::uint8_t*>(value + positions);
  spreadGroups(books, unitValue, price, value, isInverse);
  std::fill(contribution + books.positionOffsets[firstGroup], contribution + books.positionOffsets[lastGroup], 0.0);
  for (std::size_t s = 0; s < rows.scenarioCount; ++s) {
    const double* cells = rows.pnl + s * rows.instrumentCount;
    for (std::size_t w = starts[s]; w < starts[s + 1]; ++w) {
      const std::uint32_t book = wishes[w].book;
      if (taken[book] == 0) continue;
      const double weight = wishes[w].at % tail + 1 == tail ? lastWeight : 1 / mass;
      for (std::size_t section = books.sectionOffsets[book]; section < books.sectionOffsets[book + 1]; ++section) {
        const double factor = rows.spotFactor[books.spotRow[section] * stride + s];
        const std::size_t from = books.positionOffsets[books.groupOffsets[section]];
        const std::size_t end = books.positionOffsets[books.groupOffsets[section + 1]];
        if (from == end) continue;
        const auto add = isInverse[from] == kLinearSection ? addLinearShares : addShares;
        add(books.instrument + from, books.quantity + from, price + from, value + from, isInverse + from, end - from,
            cells, factor, weight, contribution + from);
      }
    }
  }
}

}  // namespace margincube

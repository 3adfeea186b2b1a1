#include "largest_positions_checks.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "../kernels/largest_positions.h"
#include "checks.h"

namespace margincube::harness {
namespace {

constexpr std::size_t kBooks = 12;

void checkRows(std::size_t most, std::mt19937_64& generator) {
  std::vector<std::uint32_t> offsets(kBooks + 1), instrument;
  std::vector<double> quantity, contribution;
  std::size_t room = 0;
  for (std::size_t book = 0; book < kBooks; ++book) {
    const std::size_t count = generator() % 9;
    offsets[book + 1] = offsets[book] + static_cast<std::uint32_t>(count);
    room += std::min(count, most);
    for (std::size_t k = 0; k < count; ++k) {
      instrument.push_back(static_cast<std::uint32_t>(generator() % 100));
      quantity.push_back(static_cast<double>(instrument.size()));
      contribution.push_back(static_cast<double>(generator() % 7) - 3);
    }
  }
  std::vector<std::uint32_t> ends(kBooks + 1, 9), bookOf(room), instrumentOf(room);
  std::vector<double> quantityOf(room), contributionOf(room);
  largestPositions(kBooks, offsets.data(), instrument.data(), quantity.data(), contribution.data(), most,
                   {ends.data(), bookOf.data(), instrumentOf.data(), quantityOf.data(), contributionOf.data()});
  for (std::size_t book = 0; book < kBooks; ++book) {
    std::vector<std::size_t> places(offsets[book + 1] - offsets[book]);
    std::iota(places.begin(), places.end(), offsets[book]);
    std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
      return std::fabs(contribution[a]) > std::fabs(contribution[b]);
    });
    places.resize(std::min(places.size(), most));
    expectTrue(ends[book + 1] - ends[book] == places.size(), "a book has rows for its largest positions");
    for (std::size_t k = 0; k < places.size(); ++k) {
      const std::size_t row = ends[book] + k;
      expectTrue(bookOf[row] == book && instrumentOf[row] == instrument[places[k]] &&
                     quantityOf[row] == quantity[places[k]] && contributionOf[row] == contribution[places[k]],
                 "largest positions come by falling size, among equal ones the earlier first");
    }
  }
  expectTrue(ends[0] == 0 && ends[kBooks] == room, "rows fill their room");
}

}  // namespace

void checkLargestPositions() {
  std::mt19937_64 generator(29);
  for (std::size_t most = 0; most < 11; ++most) checkRows(most, generator);
}

}  // namespace margincube::harness

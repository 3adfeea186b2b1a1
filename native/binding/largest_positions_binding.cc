#include "largest_positions_binding.h"

#include <algorithm>

#include "../kernels/largest_positions.h"
#include "arguments.h"
#include "offsets.h"

namespace margincube {

void runLargestPositions(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t books = arguments.count(0, "bookCount");
  const auto* offsets = arguments.input<std::uint32_t>(1, "positionOffsets", books + 1);
  checkOffsets(info.Env(), offsets, books, "positionOffsets");
  const std::size_t end = offsets[books];
  const auto* instrument = arguments.input<std::uint32_t>(2, "instrument", end);
  const auto* quantity = arguments.input<double>(3, "quantity", end);
  const auto* contribution = arguments.input<double>(4, "contribution", end);
  const std::size_t most = arguments.count(5, "most");
  std::size_t room = 0;
  for (std::size_t book = 0; book < books; ++book) {
    room += std::min<std::size_t>(offsets[book + 1] - offsets[book], most);
  }
  PositionRows rows{};
  rows.offsets = arguments.output<std::uint32_t>(6, "rows.offsets", books + 1);
  rows.book = arguments.output<std::uint32_t>(7, "rows.book", room);
  rows.instrument = arguments.output<std::uint32_t>(8, "rows.instrument", room);
  rows.quantity = arguments.output<double>(9, "rows.quantity", room);
  rows.contribution = arguments.output<double>(10, "rows.contribution", room);
  largestPositions(books, offsets, instrument, quantity, contribution, most, rows);
}

}  // namespace margincube

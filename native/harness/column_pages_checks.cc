#include "column_pages_checks.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "../kernels/column_pages.h"
#include "checks.h"

namespace margincube::harness {
namespace {

/** Reads runs and packed groups back. */
std::vector<std::uint32_t> unpack(const std::uint8_t* bytes, std::size_t length, unsigned width) {
  std::vector<std::uint32_t> values;
  for (std::size_t at = 0; at < length;) {
    std::uint64_t header = 0;
    for (unsigned shift = 0;; shift += 7) {
      header |= static_cast<std::uint64_t>(bytes[at] & 0x7f) << shift;
      if (bytes[at++] < 0x80) break;
    }
    const std::size_t count = header >> 1;
    if ((header & 1) == 0) {
      std::uint32_t value = 0;
      for (unsigned bits = 0; bits < width; bits += 8) value |= static_cast<std::uint32_t>(bytes[at++]) << bits;
      values.insert(values.end(), count, value);
      continue;
    }
    for (std::size_t bit = 0; bit < count * 8 * width; bit += width) {
      std::uint32_t value = 0;
      for (unsigned k = 0; k < width; ++k) value |= ((bytes[at + (bit + k) / 8] >> (bit + k) % 8) & 1u) << k;
      values.push_back(value);
    }
    at += count * width;
  }
  return values;
}

/** Stretches of up to `longest` equal values, every column exactly as long as it must be. */
void checkRuns(std::size_t count, unsigned width, std::size_t longest) {
  std::vector<std::uint32_t> values(count);
  std::uint32_t state = 12345;
  const auto next = [&state] { return (state = state * 1664525u + 1013904223u) >> 8; };
  for (std::size_t at = 0; at < count;) {
    const std::uint32_t value = next() & ((1u << width) - 1);
    for (std::size_t end = at + 1 + next() % longest; at < end && at < count; ++at) values[at] = value;
  }
  std::vector<std::uint8_t> bytes(packedRunsLength(count, width));
  const std::size_t length = packRuns(values.data(), count, width, bytes.data());
  std::vector<std::uint32_t> back = unpack(bytes.data(), length, width);
  expectTrue(back.size() >= count, "every packed value is there");
  back.resize(count);
  expectTrue(back == values, "packed values are read back");
}

void checkNumbers(std::size_t count, std::size_t distinct) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = std::sqrt(static_cast<double>(i * i % distinct));
  std::vector<double> entries(numberEntriesMax(count));
  std::vector<std::uint32_t> index(count), slots(numberSlots(count));
  const std::uint32_t used = codeNumbers(values.data(), count, entries.data(), index.data(), slots.data());
  if (used == kNotCoded) return;
  bool isSame = true;
  for (std::size_t i = 0; i < count; ++i) isSame = isSame && entries[index[i]] == values[i];
  expectTrue(isSame, "entries of a dictionary are the numbers");
}

void checkTexts() {
  const std::vector<std::uint32_t> codes{2, kNoText, 0, 2};
  std::vector<std::uint32_t> place(3), used(3), index(codes.size()), present(codes.size());
  CodedTexts coded = codeTexts(codes.data(), codes.size(), 3, place.data(), used.data(), index.data(), present.data());
  expectTrue(coded.used == 2 && coded.rows == 3 && coded.bad == codes.size(), "texts are counted");
  expectTrue(used[0] == 2 && used[1] == 0 && index[1] == 1 && present[1] == 0, "texts are numbered");
  coded = codeTexts(codes.data(), codes.size(), 2, place.data(), used.data(), index.data(), present.data());
  expectTrue(coded.bad == 0, "a code beyond the texts is found");
}

}  // namespace

void checkColumnPages() {
  for (const unsigned width : {1u, 3u, 8u, 13u, kRunWidthMax})
    for (const std::size_t count : {0, 1, 7, 8, 9, 64, 1000})
      for (const std::size_t longest : {1, 3, 30}) checkRuns(count, width, longest);
  for (const std::size_t distinct : {1, 100, 5000, 100000}) checkNumbers(50000, distinct);
  const double numbers[] = {1, std::nan(""), -0.0};
  double kept[3];
  std::uint32_t present[3];
  expectTrue(keepNumbers(numbers, 3, kept, present) == 2 && present[1] == 0 && kept[0] == 1, "numbers are kept");
  checkTexts();
}

}  // namespace margincube::harness

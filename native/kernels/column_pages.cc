#include "column_pages.h"

#include <algorithm>
#include <cstring>

namespace margincube {
namespace {

/** Values that repeat this often are stated once; packed values come in whole groups of as many. */
constexpr std::size_t kGroup = 8;

/** A dictionary pays where a value stands in so many rows on average; looked at from so many entries on. */
constexpr std::size_t kRowsPerEntry = 8;
constexpr std::size_t kEntriesMin = 4096;

class RunBytes {
 public:
  RunBytes(std::uint8_t* bytes, unsigned width) noexcept : begin_(bytes), at_(bytes), width_(width) {}

  std::size_t length() const noexcept { return static_cast<std::size_t>(at_ - begin_); }

  void repeat(std::uint32_t value, std::size_t times) noexcept {
    number(2 * times);
    for (unsigned bits = 0; bits < width_; bits += 8) *at_++ = static_cast<std::uint8_t>(value >> bits);
  }

  /** The last group is filled up with zeros. */
  void pack(const std::uint32_t* values, std::size_t count) noexcept {
    const std::size_t groups = (count + kGroup - 1) / kGroup;
    number(2 * groups + 1);
    std::uint8_t* end = at_ + groups * width_;
    std::uint64_t bits = 0;
    unsigned held = 0;
    for (std::size_t i = 0; i < count; ++i) {
      bits |= static_cast<std::uint64_t>(values[i]) << held;
      for (held += width_; held >= 8; held -= 8, bits >>= 8) *at_++ = static_cast<std::uint8_t>(bits);
    }
    if (held > 0) *at_++ = static_cast<std::uint8_t>(bits);
    while (at_ < end) *at_++ = 0;
  }

 private:
  void number(std::size_t value) noexcept {
    for (; value >= 0x80; value >>= 7) *at_++ = static_cast<std::uint8_t>((value & 0x7f) | 0x80);
    *at_++ = static_cast<std::uint8_t>(value);
  }

  std::uint8_t* begin_;
  std::uint8_t* at_;
  unsigned width_;
};

std::uint64_t bitsOf(double value) noexcept {
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/** Fibonacci hashing: the upper bits of a product with 2^64 / golden ratio. */
std::size_t slotOf(std::uint64_t bits, std::size_t slots) noexcept {
  return static_cast<std::size_t>(((bits ^ (bits >> 32)) * 0x9e3779b97f4a7c15u) >> 32) & (slots - 1);
}

}  // namespace

std::size_t numberEntriesMax(std::size_t count) noexcept {
  return std::min(count, std::max(kEntriesMin, count / kRowsPerEntry + 1));
}

std::size_t numberSlots(std::size_t count) noexcept {
  std::size_t slots = 2;
  while (slots < 2 * numberEntriesMax(count)) slots *= 2;
  return slots;
}

std::size_t packRuns(const std::uint32_t* values, std::size_t count, unsigned width, std::uint8_t* bytes) noexcept {
  RunBytes out(bytes, width);
  std::size_t packedFrom = 0;
  for (std::size_t at = 0; at < count;) {
    std::size_t end = at + 1;
    while (end < count && values[end] == values[at]) ++end;
    // The last packed group takes from the run what it lacks.
    const std::size_t runFrom = at + (kGroup - (at - packedFrom) % kGroup) % kGroup;
    if (end >= runFrom + kGroup) {
      if (runFrom > packedFrom) out.pack(values + packedFrom, runFrom - packedFrom);
      out.repeat(values[at], end - runFrom);
      packedFrom = end;
    }
    at = end;
  }
  if (packedFrom < count) out.pack(values + packedFrom, count - packedFrom);
  return out.length();
}

std::size_t keepNumbers(const double* values, std::size_t count, double* kept, std::uint32_t* present) noexcept {
  std::size_t rows = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const bool isNumber = values[i] == values[i];
    present[i] = isNumber ? 1 : 0;
    if (isNumber) kept[rows++] = values[i];
  }
  return rows;
}

std::uint32_t codeNumbers(const double* values, std::size_t count, double* entries, std::uint32_t* index,
                          std::uint32_t* slots) noexcept {
  const std::size_t slotCount = numberSlots(count);
  std::memset(slots, 0, slotCount * sizeof *slots);
  const std::uint64_t minusZero = bitsOf(-0.0);
  std::size_t used = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (used >= kEntriesMin && used * kRowsPerEntry > i) return kNotCoded;
    const std::uint64_t bits = bitsOf(values[i]);
    if (bits == minusZero) return kNotCoded;
    std::size_t slot = slotOf(bits, slotCount);
    while (slots[slot] != 0 && bitsOf(entries[slots[slot] - 1]) != bits) slot = (slot + 1) & (slotCount - 1);
    if (slots[slot] == 0) {
      entries[used] = values[i];
      slots[slot] = static_cast<std::uint32_t>(++used);
    }
    index[i] = slots[slot] - 1;
  }
  return static_cast<std::uint32_t>(used);
}

CodedTexts codeTexts(const std::uint32_t* codes, std::size_t count, std::size_t texts, std::uint32_t* place,
                     std::uint32_t* used, std::uint32_t* index, std::uint32_t* present) noexcept {
  std::fill(place, place + texts, kNoText);
  CodedTexts coded{0, 0, count};
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t code = codes[i];
    present[i] = code == kNoText ? 0 : 1;
    if (code == kNoText) continue;
    if (code >= texts) {
      coded.bad = i;
      return coded;
    }
    if (place[code] == kNoText) {
      place[code] = static_cast<std::uint32_t>(coded.used);
      used[coded.used++] = code;
    }
    index[coded.rows++] = place[code];
  }
  return coded;
}

}  // namespace margincube

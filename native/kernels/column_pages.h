/**
 * Columns of a table as numbers in few bits: dictionaries in the order of first appearance, and the runs and packed
 * groups of Parquet ("RLE/bit-packing hybrid" of its encodings). `src/kernel/column-pages.ts` gives the meaning of
 * every column; the bytes are those of the reference twin.
 */
#pragma once

#include <cstddef>
#include <cstdint>

namespace margincube {

/** Code of a row without a text. */
constexpr std::uint32_t kNoText = 0xffffffffu;

/** What `codeNumbers` answers where a dictionary does not pay. */
constexpr std::uint32_t kNotCoded = 0xffffffffu;

/** Widest number that `packRuns` takes. */
constexpr unsigned kRunWidthMax = 24;

/** Bytes that `packRuns` writes at most. */
constexpr std::size_t packedRunsLength(std::size_t count, unsigned width) noexcept {
  return 16 + (count + 7) / 8 * (width + 13);
}

/** Entries that a dictionary of `count` numbers has at most, and the slots in which they are looked up. */
std::size_t numberEntriesMax(std::size_t count) noexcept;
std::size_t numberSlots(std::size_t count) noexcept;

/** @param width 1 to `kRunWidthMax`; @param bytes `packedRunsLength`. Returns the bytes written. */
std::size_t packRuns(const std::uint32_t* values, std::size_t count, unsigned width, std::uint8_t* bytes) noexcept;

/** The rows with a number, in order, and 1 or 0 for each row. Returns how many there are. */
std::size_t keepNumbers(const double* values, std::size_t count, double* kept, std::uint32_t* present) noexcept;

/**
 * @param entries room for `numberEntriesMax`; @param slots for `numberSlots`. Returns the entries, or `kNotCoded`. No
 * value may be NaN.
 */
std::uint32_t codeNumbers(const double* values, std::size_t count, double* entries, std::uint32_t* index,
                          std::uint32_t* slots) noexcept;

struct CodedTexts {
  /** Texts in use, and rows that have one. */
  std::size_t used;
  std::size_t rows;
  /** First row whose code is no text: `count` where there is none. */
  std::size_t bad;
};

/** @param place one entry for each of the `texts`; @param used likewise; @param index, present one for each row. */
CodedTexts codeTexts(const std::uint32_t* codes, std::size_t count, std::size_t texts, std::uint32_t* place,
                     std::uint32_t* used, std::uint32_t* index, std::uint32_t* present) noexcept;

}  // namespace margincube

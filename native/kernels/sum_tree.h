/**
 * Hashes of a sparse Merkle sum tree (`docs/reserve-audit.md`, section 2). `src/kernel/sum-tree.ts` gives the meaning
 * of every column. Big-endian integers, SHA-256; the same bytes on every processor.
 */
#pragma once

#include <cstddef>
#include <cstdint>

namespace margincube {

/** No node. */
constexpr std::uint32_t kNoNode = 0xffffffffu;

/** Bounds the message of a node on the stack: 64 assets are 2,176 bytes with padding. */
constexpr std::size_t kSumBytesMax = 64 * 16;
constexpr std::size_t kHeadBytesMax = 32;

struct SumTree {
  /** First bytes of the message of every node. */
  const std::uint8_t* head;
  std::size_t headBytes;
  /** 16 per asset. */
  std::size_t sumBytes;
  /** Levels above the leaves, at most 64. */
  std::size_t depth;
  /** Hash of an empty place of each level, `depth + 1` of them. */
  const std::uint8_t* empty;
  std::size_t capacity;
  const std::uint32_t* keyHigh;
  const std::uint32_t* keyLow;
  const std::uint8_t* level;
  const std::uint32_t* left;
  const std::uint32_t* right;
  const std::uint32_t* parent;
  std::uint8_t* hash;
  std::uint8_t* lifted;
  std::uint8_t* sums;
};

enum class SumTreeStatus : std::uint8_t { kOk, kLink, kSum };

/**
 * Rehashes `nodes` in their order, children before parents: hash and sums of branches, then every hash lifted over
 * empty siblings to below its parent. Stops at the first node whose links lie outside the tree or whose sums leave [0,
 * 2^127); its position is `bad`.
 */
SumTreeStatus rehashSumTree(const SumTree& tree, const std::uint32_t* nodes, std::size_t count,
                            std::size_t* bad) noexcept;

}  // namespace margincube

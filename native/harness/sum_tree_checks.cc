#include "sum_tree_checks.h"

#include <cstdint>
#include <cstring>
#include <vector>

#include "../kernels/sha256.h"
#include "../kernels/sum_tree.h"
#include "checks.h"

namespace margincube::harness {
namespace {

void checkDigests() {
  // FIPS 180-4, "abc".
  const std::uint8_t wanted[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                                 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                                 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
  std::vector<std::uint8_t> block(kSha256BlockBytes);
  block[0] = 'a', block[1] = 'b', block[2] = 'c', block[3] = 0x80, block[63] = 24;
  std::uint8_t digest[kSha256Bytes];
  sha256Blocks(block.data(), 1, digest);
  expectTrue(std::memcmp(digest, wanted, sizeof wanted) == 0, "the digest of abc");
  for (std::size_t blocks = 0; blocks <= 5; ++blocks) {
    std::vector<std::uint8_t> message(blocks * kSha256BlockBytes);
    for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::uint8_t>(31 * i + blocks);
    std::uint8_t portable[kSha256Bytes];
    sha256Blocks(message.data(), blocks, digest);
    sha256BlocksPortable(message.data(), blocks, portable);
    expectTrue(std::memcmp(digest, portable, sizeof portable) == 0, "digests alike with and without instructions");
  }
}

/** Leaves 0 and 1 under branch 2 at level 64, every column exactly as long as it must be. */
struct TwoLeaves {
  static constexpr std::size_t kNodes = 3, kDepth = 64;
  std::uint8_t head[7] = {1, 'P', 'M', 'P', 'O', 'L', '1'};
  std::vector<std::uint8_t> empty = std::vector<std::uint8_t>((kDepth + 1) * kSha256Bytes, 7);
  std::vector<std::uint32_t> keyHigh{0, 0x80000000u, 0}, keyLow{5, 9, 5};
  std::vector<std::uint8_t> level{0, 0, 64};
  std::vector<std::uint32_t> left{kNoNode, kNoNode, 0}, right{kNoNode, kNoNode, 1}, parent{2, 2, kNoNode};
  std::vector<std::uint8_t> hash = std::vector<std::uint8_t>(kNodes * kSha256Bytes, 3), lifted = hash;
  std::vector<std::uint8_t> sums = std::vector<std::uint8_t>(kNodes * 16);

  SumTree tree() {
    return {head,           sizeof head,   16,           kDepth,      empty.data(), kNodes,
            keyHigh.data(), keyLow.data(), level.data(), left.data(), right.data(), parent.data(),
            hash.data(),    lifted.data(), sums.data()};
  }
};

void checkTree() {
  TwoLeaves two;
  two.sums[15] = 255, two.sums[31] = 1;
  const std::uint32_t nodes[] = {0, 1, 2};
  std::size_t bad = 99;
  expectTrue(rehashSumTree(two.tree(), nodes, 3, &bad) == SumTreeStatus::kOk && bad == 99, "a tree is rehashed");
  expectTrue(two.sums[46] == 1 && two.sums[47] == 0, "sums are added with their carry");
  expectTrue(std::memcmp(&two.hash[64], &two.lifted[64], kSha256Bytes) == 0, "the root is not lifted");
  two.sums[0] = two.sums[16] = 0x40;
  expectTrue(rehashSumTree(two.tree(), nodes, 3, &bad) == SumTreeStatus::kSum && bad == 2, "2^127 is refused");
  const std::uint32_t outside[] = {0, 3};
  expectTrue(rehashSumTree(two.tree(), outside, 2, &bad) == SumTreeStatus::kLink && bad == 1, "no node of the tree");
  two.right[2] = 3;
  expectTrue(rehashSumTree(two.tree(), nodes, 3, &bad) == SumTreeStatus::kLink && bad == 2, "a link that leads out");
  two.level[2] = 66;
  expectTrue(rehashSumTree(two.tree(), nodes, 3, &bad) == SumTreeStatus::kLink && bad == 0, "a level above the root");
}

}  // namespace

void checkSumTree() {
  checkDigests();
  checkTree();
}

}  // namespace margincube::harness

#include "sum_tree.h"

#include <cstring>

#include "sha256.h"

namespace margincube {
namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kMessageBytesMax =
    (kHeadBytesMax + 2 * (kSha256Bytes + kSumBytesMax) + 1 + kLengthBytes + kSha256BlockBytes - 1) / kSha256BlockBytes *
    kSha256BlockBytes;
constexpr std::size_t kIndexBits = 64;

/** The message of a node with its padding: only the children change. */
class NodeMessage {
 public:
  explicit NodeMessage(const SumTree& tree) noexcept : sumBytes_(tree.sumBytes), left_(tree.headBytes) {
    right_ = left_ + kSha256Bytes + sumBytes_;
    const std::size_t length = right_ + kSha256Bytes + sumBytes_;
    blocks_ = (length + 1 + kLengthBytes + kSha256BlockBytes - 1) / kSha256BlockBytes;
    std::memset(bytes_, 0, blocks_ * kSha256BlockBytes);
    std::memcpy(bytes_, tree.head, tree.headBytes);
    bytes_[length] = 0x80;
    const std::uint64_t bits = 8 * static_cast<std::uint64_t>(length);
    std::uint8_t* end = bytes_ + blocks_ * kSha256BlockBytes;
    for (std::size_t i = 1; i <= kLengthBytes; ++i) *(end - i) = static_cast<std::uint8_t>(bits >> (8 * (i - 1)));
  }

  void setHash(bool isRight, const std::uint8_t* hash) noexcept { std::memcpy(at(isRight), hash, kSha256Bytes); }

  void setSums(bool isRight, const std::uint8_t* sums) noexcept {
    std::memcpy(at(isRight) + kSha256Bytes, sums, sumBytes_);
  }

  void clearSums(bool isRight) noexcept { std::memset(at(isRight) + kSha256Bytes, 0, sumBytes_); }

  void digest(std::uint8_t* hash) const noexcept { sha256Blocks(bytes_, blocks_, hash); }

 private:
  std::uint8_t* at(bool isRight) noexcept { return bytes_ + (isRight ? right_ : left_); }

  std::size_t sumBytes_;
  std::size_t left_;
  std::size_t right_;
  std::size_t blocks_;
  std::uint8_t bytes_[kMessageBytesMax];
};

/** target = a + b for one asset; false where the sum reaches 2^127. */
bool addAsset(std::uint8_t* target, const std::uint8_t* a, const std::uint8_t* b) noexcept {
  unsigned carry = 0;
  for (int i = 15; i >= 0; --i) {
    const unsigned sum = static_cast<unsigned>(a[i]) + b[i] + carry;
    target[i] = static_cast<std::uint8_t>(sum);
    carry = sum >> 8;
  }
  return carry == 0 && target[0] < 0x80;
}

/** Which side of its parent the node of `level` is on that the index runs through. */
bool isRightAt(std::uint64_t index, std::size_t level, std::size_t depth) noexcept {
  return ((index >> (kIndexBits - depth + level)) & 1) != 0;
}

/** Levels of a node and below its parent, or the top; false where they are not those of a tree. */
bool levelsOf(const SumTree& tree, std::uint32_t node, std::size_t* from, std::size_t* to) noexcept {
  const std::uint32_t parent = tree.parent[node];
  if (parent != kNoNode && parent >= tree.capacity) return false;
  const std::size_t above = parent == kNoNode ? tree.depth + 1 : tree.level[parent];
  *from = tree.level[node];
  *to = above - 1;
  return above > *from && above <= tree.depth + 1;
}

SumTreeStatus join(const SumTree& tree, std::uint32_t branch, NodeMessage& message) noexcept {
  const std::uint32_t left = tree.left[branch];
  const std::uint32_t right = tree.right[branch];
  if (left >= tree.capacity || right >= tree.capacity) return SumTreeStatus::kLink;
  const std::uint8_t* leftSums = tree.sums + left * tree.sumBytes;
  const std::uint8_t* rightSums = tree.sums + right * tree.sumBytes;
  for (std::size_t at = 0; at < tree.sumBytes; at += 16) {
    if (!addAsset(tree.sums + branch * tree.sumBytes + at, leftSums + at, rightSums + at)) return SumTreeStatus::kSum;
  }
  message.setHash(false, tree.lifted + left * kSha256Bytes);
  message.setSums(false, leftSums);
  message.setHash(true, tree.lifted + right * kSha256Bytes);
  message.setSums(true, rightSums);
  message.digest(tree.hash + branch * kSha256Bytes);
  return SumTreeStatus::kOk;
}

void lift(const SumTree& tree, std::uint32_t node, std::size_t from, std::size_t to, NodeMessage& onLeft,
          NodeMessage& onRight) noexcept {
  const std::uint64_t index = static_cast<std::uint64_t>(tree.keyHigh[node]) << 32 | tree.keyLow[node];
  const std::uint8_t* sums = tree.sums + node * tree.sumBytes;
  std::uint8_t* lifted = tree.lifted + node * kSha256Bytes;
  std::memcpy(lifted, tree.hash + node * kSha256Bytes, kSha256Bytes);
  onLeft.setSums(false, sums);
  onRight.setSums(true, sums);
  for (std::size_t level = from; level < to; ++level) {
    const bool isRight = isRightAt(index, level, tree.depth);
    NodeMessage& message = isRight ? onRight : onLeft;
    message.setHash(isRight, lifted);
    message.setHash(!isRight, tree.empty + level * kSha256Bytes);
    message.digest(lifted);
  }
}

}  // namespace

SumTreeStatus rehashSumTree(const SumTree& tree, const std::uint32_t* nodes, std::size_t count,
                            std::size_t* bad) noexcept {
  // Beside a node that is lifted stands an empty one, whose sums are zeros.
  NodeMessage both(tree), onLeft(tree), onRight(tree);
  onLeft.clearSums(true);
  onRight.clearSums(false);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t node = nodes[i];
    std::size_t from = 0, to = 0;
    SumTreeStatus status = SumTreeStatus::kLink;
    if (node < tree.capacity && levelsOf(tree, node, &from, &to))
      status = tree.left[node] == kNoNode ? SumTreeStatus::kOk : join(tree, node, both);
    if (status != SumTreeStatus::kOk) {
      *bad = i;
      return status;
    }
    lift(tree, node, from, to, onLeft, onRight);
  }
  return SumTreeStatus::kOk;
}

}  // namespace margincube

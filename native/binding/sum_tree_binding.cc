#include "sum_tree_binding.h"

#include <string>

#include "../kernels/sha256.h"
#include "../kernels/sum_tree.h"
#include "arguments.h"

namespace margincube {
namespace {

constexpr std::size_t kDepthMax = 64;
constexpr std::size_t kAssetBytes = 16;

std::size_t bounded(const Napi::CallbackInfo& info, Arguments& arguments, std::size_t position, const char* name,
                    std::size_t bound) {
  const std::size_t value = arguments.count(position, name);
  if (value <= bound) return value;
  throw Napi::RangeError::New(info.Env(),
                              expected("at most " + std::to_string(bound), name, std::to_string(value), "number"));
}

}  // namespace

Napi::Value runRehashSumTree(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  SumTree tree{};
  tree.headBytes = bounded(info, arguments, 0, "tree.headBytes", kHeadBytesMax);
  tree.head = arguments.input<std::uint8_t>(1, "tree.head", tree.headBytes);
  tree.sumBytes = bounded(info, arguments, 2, "tree.assets", kSumBytesMax / kAssetBytes) * kAssetBytes;
  tree.depth = bounded(info, arguments, 3, "tree.depth", kDepthMax);
  tree.empty = arguments.input<std::uint8_t>(4, "tree.empty", (tree.depth + 1) * kSha256Bytes);
  tree.capacity = arguments.count(5, "tree.capacity");
  tree.keyHigh = arguments.input<std::uint32_t>(6, "tree.keyHigh", tree.capacity);
  tree.keyLow = arguments.input<std::uint32_t>(7, "tree.keyLow", tree.capacity);
  tree.level = arguments.input<std::uint8_t>(8, "tree.level", tree.capacity);
  tree.left = arguments.input<std::uint32_t>(9, "tree.left", tree.capacity);
  tree.right = arguments.input<std::uint32_t>(10, "tree.right", tree.capacity);
  tree.parent = arguments.input<std::uint32_t>(11, "tree.parent", tree.capacity);
  tree.hash = arguments.output<std::uint8_t>(12, "tree.hash", tree.capacity * kSha256Bytes);
  tree.lifted = arguments.output<std::uint8_t>(13, "tree.lifted", tree.capacity * kSha256Bytes);
  tree.sums = arguments.output<std::uint8_t>(14, "tree.sums", tree.capacity * tree.sumBytes);
  const std::size_t count = arguments.count(15, "count");
  const std::uint32_t* nodes = arguments.input<std::uint32_t>(16, "nodes", count);
  std::size_t bad = count;
  if (rehashSumTree(tree, nodes, count, &bad) == SumTreeStatus::kLink) {
    throw Napi::RangeError::New(info.Env(),
                                expected("a node of the tree with its links", "nodes[" + std::to_string(bad) + "]",
                                         std::to_string(nodes[bad]), "number"));
  }
  return Napi::Number::New(info.Env(), static_cast<double>(bad));
}

}  // namespace margincube

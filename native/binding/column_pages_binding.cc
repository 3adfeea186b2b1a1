#include "column_pages_binding.h"

#include <string>

#include "../kernels/column_pages.h"
#include "arguments.h"

namespace margincube {
namespace {

Napi::Value number(Napi::Env env, std::size_t value) { return Napi::Number::New(env, static_cast<double>(value)); }

}  // namespace

Napi::Value runPackRuns(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t count = arguments.count(0, "count");
  const std::size_t width = arguments.count(2, "width");
  if (width < 1 || width > kRunWidthMax) {
    throw Napi::RangeError::New(info.Env(), expected("an integer in [1, " + std::to_string(kRunWidthMax) + "]", "width",
                                                     std::to_string(width), "number"));
  }
  const auto bits = static_cast<unsigned>(width);
  const std::uint32_t* values = arguments.input<std::uint32_t>(1, "values", count);
  std::uint8_t* bytes = arguments.output<std::uint8_t>(3, "bytes", packedRunsLength(count, bits));
  return number(info.Env(), packRuns(values, count, bits, bytes));
}

Napi::Value runKeepNumbers(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t count = arguments.count(0, "count");
  const double* values = arguments.input<double>(1, "values", count);
  double* kept = arguments.output<double>(2, "kept", count);
  std::uint32_t* present = arguments.output<std::uint32_t>(3, "present", count);
  return number(info.Env(), keepNumbers(values, count, kept, present));
}

Napi::Value runCodeNumbers(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t count = arguments.count(0, "count");
  const double* values = arguments.input<double>(1, "values", count);
  double* entries = arguments.output<double>(2, "entries", numberEntriesMax(count));
  std::uint32_t* index = arguments.output<std::uint32_t>(3, "index", count);
  std::uint32_t* slots = arguments.output<std::uint32_t>(4, "slots", numberSlots(count));
  return number(info.Env(), codeNumbers(values, count, entries, index, slots));
}

void runCodeTexts(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::size_t count = arguments.count(0, "count");
  const std::uint32_t* codes = arguments.input<std::uint32_t>(1, "codes", count);
  const std::size_t texts = arguments.count(2, "textCount");
  std::uint32_t* place = arguments.output<std::uint32_t>(3, "place", texts);
  std::uint32_t* used = arguments.output<std::uint32_t>(4, "used", texts);
  std::uint32_t* index = arguments.output<std::uint32_t>(5, "index", count);
  std::uint32_t* present = arguments.output<std::uint32_t>(6, "present", count);
  std::uint32_t* counts = arguments.output<std::uint32_t>(7, "counts", 2);
  const CodedTexts coded = codeTexts(codes, count, texts, place, used, index, present);
  if (coded.bad < count) {
    throw Napi::RangeError::New(
        info.Env(), expected("a code below " + std::to_string(texts), "codes[" + std::to_string(coded.bad) + "]",
                             std::to_string(codes[coded.bad]), "number"));
  }
  counts[0] = static_cast<std::uint32_t>(coded.used);
  counts[1] = static_cast<std::uint32_t>(coded.rows);
}

}  // namespace margincube

#include "offsets.h"

#include "arguments.h"

namespace margincube {

void checkOffsets(Napi::Env env, const std::uint32_t* offsets, std::size_t count, const std::string& name) {
  for (std::size_t k = 0; k < count; ++k) {
    if (offsets[k + 1] >= offsets[k]) continue;
    throw Napi::RangeError::New(
        env, expected("an integer >= " + std::to_string(offsets[k]), name + "[" + std::to_string(k + 1) + "]",
                      std::to_string(offsets[k + 1]), "number"));
  }
}

void checkBelow(Napi::Env env, const std::uint32_t* values, std::size_t from, std::size_t to, std::size_t bound,
                const std::string& name) {
  for (std::size_t k = from; k < to; ++k) {
    if (values[k] < bound) continue;
    throw Napi::RangeError::New(
        env, expected("an integer in [0, " + std::to_string(bound) + ")", name + "[" + std::to_string(k) + "]",
                      std::to_string(values[k]), "number"));
  }
}

}  // namespace margincube

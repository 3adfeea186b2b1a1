/** Compressed rows and indices in the arguments of a call, which a kernel walks without looking. */
#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace margincube {

/** Throws `RangeError` where one of `count + 1` offsets is below the one before it. */
void checkOffsets(Napi::Env env, const std::uint32_t* offsets, std::size_t count, const std::string& name);

/** Throws `RangeError` where one of the values `from` to `to` is not below the bound. */
void checkBelow(Napi::Env env, const std::uint32_t* values, std::size_t from, std::size_t to, std::size_t bound,
                const std::string& name);

}  // namespace margincube

/**
 * Arguments of one call from JavaScript: type, extent, alignment and overlap are checked before a kernel sees a
 * pointer. A misuse throws `TypeError` or `RangeError`: "Expected X for NAME but received Y of type Z".
 */
#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

namespace margincube {

class Arguments {
 public:
  explicit Arguments(const Napi::CallbackInfo& info) : info_(info) {}

  /** An integer in [0, 2^32). */
  std::size_t count(std::size_t position, const char* name) const;

  /** A column of at least `length` entries that the kernel reads. */
  template <typename T>
  const T* input(std::size_t position, const char* name, std::size_t length) {
    return static_cast<const T*>(column(position, name, length, typeOf<T>(), sizeof(T), false));
  }

  /** A column of at least `length` entries that the kernel writes; it overlaps no other column of the call. */
  template <typename T>
  T* output(std::size_t position, const char* name, std::size_t length) {
    return static_cast<T*>(column(position, name, length, typeOf<T>(), sizeof(T), true));
  }

 private:
  struct Extent {
    const char* name;
    std::uintptr_t begin;
    std::uintptr_t end;
    bool written;
  };

  template <typename T>
  static constexpr napi_typedarray_type typeOf() {
    if constexpr (std::is_same_v<T, float>) return napi_float32_array;
    if constexpr (sizeof(T) == 8) return napi_float64_array;
    if constexpr (sizeof(T) == 4) return napi_uint32_array;
    return napi_uint8_array;
  }

  void* column(std::size_t position, const char* name, std::size_t length, napi_typedarray_type type,
               std::size_t entryBytes, bool written);

  const Napi::CallbackInfo& info_;
  std::vector<Extent> extents_;
};

/** The sentence of every misuse. `value` is shown as JavaScript shows it. */
std::string expected(const std::string& what, const std::string& name, const std::string& value,
                     const std::string& type);

/** A number as JavaScript writes it. */
std::string text(Napi::Env env, double value);

}  // namespace margincube

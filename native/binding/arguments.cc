#include "arguments.h"

#include <cmath>

namespace margincube {
namespace {

constexpr double kCountLimit = 4294967296.0;

const char* nameOf(napi_typedarray_type type) {
  switch (type) {
    case napi_float64_array:
      return "Float64Array";
    case napi_uint32_array:
      return "Uint32Array";
    case napi_uint8_array:
      return "Uint8Array";
    default:
      return "typed array of another type";
  }
}

std::string typeName(const Napi::Value& value) {
  if (value.IsTypedArray()) return nameOf(value.As<Napi::TypedArray>().TypedArrayType());
  switch (value.Type()) {
    case napi_undefined:
      return "undefined";
    case napi_null:
      return "null";
    case napi_boolean:
      return "boolean";
    case napi_number:
      return "number";
    case napi_string:
      return "string";
    case napi_bigint:
      return "bigint";
    case napi_symbol:
      return "symbol";
    case napi_function:
      return "function";
    default:
      return "object";
  }
}

/** Short text of a value for an error message; never runs code of the caller. */
std::string shown(const Napi::Value& value) {
  if (value.IsTypedArray()) return std::to_string(value.As<Napi::TypedArray>().ElementLength()) + " entries";
  if (value.IsNumber() || value.IsBoolean() || value.IsNull() || value.IsUndefined()) {
    return value.ToString().Utf8Value();
  }
  return "a value";
}

}  // namespace

std::string expected(const std::string& what, const std::string& name, const std::string& value,
                     const std::string& type) {
  return "Expected " + what + " for " + name + " but received " + value + " of type " + type;
}

std::string text(Napi::Env env, double value) { return Napi::Number::New(env, value).ToString().Utf8Value(); }

std::size_t Arguments::count(std::size_t position, const char* name) const {
  const Napi::Value value = info_[position];
  if (!value.IsNumber()) {
    throw Napi::TypeError::New(info_.Env(), expected("an integer in [0, 2^32)", name, shown(value), typeName(value)));
  }
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= 0 && number < kCountLimit && std::floor(number) == number)) {
    throw Napi::RangeError::New(info_.Env(), expected("an integer in [0, 2^32)", name, shown(value), "number"));
  }
  return static_cast<std::size_t>(number);
}

void* Arguments::column(std::size_t position, const char* name, std::size_t length, napi_typedarray_type type,
                        std::size_t entryBytes, bool written) {
  const Napi::Env env = info_.Env();
  const Napi::Value value = info_[position];
  // Through the C function: `Napi::TypedArray::ArrayBuffer` fails for views over a SharedArrayBuffer on Node 20.
  napi_typedarray_type actualType = napi_int8_array;
  std::size_t actualLength = 0;
  void* data = nullptr;
  if (!value.IsTypedArray() ||
      napi_get_typedarray_info(env, value, &actualType, &actualLength, &data, nullptr, nullptr) != napi_ok ||
      actualType != type) {
    throw Napi::TypeError::New(env, expected(nameOf(type), name, shown(value), typeName(value)));
  }
  if (actualLength < length) {
    throw Napi::RangeError::New(env, expected("at least " + std::to_string(length) + " entries", name,
                                              std::to_string(actualLength), nameOf(type)));
  }
  if (length == 0) return data;
  const auto address = reinterpret_cast<std::uintptr_t>(data);
  if (data == nullptr || address % entryBytes != 0) {
    throw Napi::TypeError::New(env, expected("aligned memory", name, shown(value), typeName(value)));
  }
  const Extent extent = {name, address, address + length * entryBytes, written};
  for (const Extent& other : extents_) {
    const bool overlap = extent.begin < other.end && other.begin < extent.end;
    if (overlap && (extent.written || other.written)) {
      throw Napi::RangeError::New(
          env, expected("memory apart from " + std::string(other.name), name, shown(value), typeName(value)));
    }
  }
  extents_.push_back(extent);
  return data;
}

}  // namespace margincube

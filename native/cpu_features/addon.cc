/** Says which of the kernel libraries this processor can run. Compiled for the oldest processor that is supported. */
#include <napi.h>

#include <cstdint>

namespace {

#if defined(__x86_64__)
bool runsV3() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

bool runsV4() {
  return runsV3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#else
bool runsV3() { return false; }
bool runsV4() { return false; }
#endif

}  // namespace

class CpuFeaturesAddon : public Napi::Addon<CpuFeaturesAddon> {
 public:
  CpuFeaturesAddon(Napi::Env env, Napi::Object exports) {
    Napi::Array isas = Napi::Array::New(env);
    std::uint32_t count = 0;
    isas.Set(count++, "baseline");
    if (runsV3()) isas.Set(count++, "v3");
    if (runsV4()) isas.Set(count++, "v4");
    exports.Set("isas", isas);
  }
};

NODE_API_NAMED_ADDON(margincube_cpu_features, CpuFeaturesAddon)

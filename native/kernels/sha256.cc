#include "sha256.h"

#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace margincube {
namespace {

/** First 32 bits of the fractional parts of the square roots of the first eight primes. */
constexpr std::uint32_t kInitial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes. */
alignas(16) constexpr std::uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t rotated(std::uint32_t x, int bits) noexcept { return (x >> bits) | (x << (32 - bits)); }

std::uint32_t loadBigEndian(const std::uint8_t* bytes) noexcept {
  return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
         static_cast<std::uint32_t>(bytes[2]) << 8 | static_cast<std::uint32_t>(bytes[3]);
}

void compressPortable(std::uint32_t state[8], const std::uint8_t* block) noexcept {
  std::uint32_t w[64];
  for (int t = 0; t < 16; ++t) w[t] = loadBigEndian(block + 4 * t);
  for (int t = 16; t < 64; ++t) {
    const std::uint32_t s0 = rotated(w[t - 15], 7) ^ rotated(w[t - 15], 18) ^ (w[t - 15] >> 3);
    const std::uint32_t s1 = rotated(w[t - 2], 17) ^ rotated(w[t - 2], 19) ^ (w[t - 2] >> 10);
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  std::uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  std::uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int t = 0; t < 64; ++t) {
    const std::uint32_t s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + kRound[t] + w[t];
    const std::uint32_t s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const std::uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  const std::uint32_t after[8] = {a, b, c, d, e, f, g, h};
  for (int i = 0; i < 8; ++i) state[i] += after[i];
}

void storeBigEndian(const std::uint32_t state[8], std::uint8_t digest[kSha256Bytes]) noexcept {
  for (int i = 0; i < 8; ++i) {
    digest[4 * i] = static_cast<std::uint8_t>(state[i] >> 24);
    digest[4 * i + 1] = static_cast<std::uint8_t>(state[i] >> 16);
    digest[4 * i + 2] = static_cast<std::uint8_t>(state[i] >> 8);
    digest[4 * i + 3] = static_cast<std::uint8_t>(state[i]);
  }
}

#if defined(__x86_64__)

bool hasShaInstructions() noexcept {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0) return false;
  const bool hasSsse3 = (ecx & (1u << 9)) != 0;
  const bool hasSse41 = (ecx & (1u << 19)) != 0;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) return false;
  return hasSsse3 && hasSse41 && (ebx & (1u << 29)) != 0;
}

/** Two halves of the state as the instructions want them: ABEF and CDGH. */
__attribute__((target("sha,sse4.1,ssse3"))) void compressWithInstructions(std::uint32_t state[8],
                                                                          const std::uint8_t* message,
                                                                          std::size_t blocks) noexcept {
  const __m128i bigEndian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i dcba = _mm_loadu_si128(reinterpret_cast<const __m128i*>(state));
  const __m128i hgfe = _mm_loadu_si128(reinterpret_cast<const __m128i*>(state + 4));
  const __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1);
  const __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1B);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
  for (; blocks > 0; --blocks, message += kSha256BlockBytes) {
    const __m128i abefBefore = abef;
    const __m128i cdghBefore = cdgh;
    __m128i w[4];
#pragma GCC unroll 16
    for (int quad = 0; quad < 16; ++quad) {
      __m128i& words = w[quad % 4];
      if (quad < 4) {
        words = _mm_loadu_si128(reinterpret_cast<const __m128i*>(message + 16 * quad));
        words = _mm_shuffle_epi8(words, bigEndian);
      } else {
        const __m128i last = w[(quad + 3) % 4];
        const __m128i seventh = _mm_alignr_epi8(last, w[(quad + 2) % 4], 4);
        words = _mm_sha256msg1_epu32(words, w[(quad + 1) % 4]);
        words = _mm_sha256msg2_epu32(_mm_add_epi32(words, seventh), last);
      }
      const __m128i round = _mm_load_si128(reinterpret_cast<const __m128i*>(kRound + 4 * quad));
      const __m128i low = _mm_add_epi32(words, round);
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, low);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(low, 0x0E));
    }
    abef = _mm_add_epi32(abef, abefBefore);
    cdgh = _mm_add_epi32(cdgh, cdghBefore);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state), _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#endif

}  // namespace

void sha256BlocksPortable(const std::uint8_t* message, std::size_t blocks, std::uint8_t digest[kSha256Bytes]) noexcept {
  std::uint32_t state[8];
  std::memcpy(state, kInitial, sizeof state);
  for (std::size_t i = 0; i < blocks; ++i) compressPortable(state, message + i * kSha256BlockBytes);
  storeBigEndian(state, digest);
}

void sha256Blocks(const std::uint8_t* message, std::size_t blocks, std::uint8_t digest[kSha256Bytes]) noexcept {
#if defined(__x86_64__)
  static const bool hasInstructions = hasShaInstructions();
  if (hasInstructions) {
    std::uint32_t state[8];
    std::memcpy(state, kInitial, sizeof state);
    compressWithInstructions(state, message, blocks);
    storeBigEndian(state, digest);
    return;
  }
#endif
  sha256BlocksPortable(message, blocks, digest);
}

}  // namespace margincube

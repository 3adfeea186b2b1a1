/**
 * The compression function of SHA-256 (FIPS 180-4), for messages that are padded by their owner. With the SHA
 * instructions of the processor where it has them; the same bits without.
 */
#pragma once

#include <cstddef>
#include <cstdint>

namespace margincube {

constexpr std::size_t kSha256BlockBytes = 64;
constexpr std::size_t kSha256Bytes = 32;

/** Hash of `blocks` whole blocks of a padded message, big-endian, into `digest`. */
void sha256Blocks(const std::uint8_t* message, std::size_t blocks, std::uint8_t digest[kSha256Bytes]) noexcept;

/** The same without special instructions. */
void sha256BlocksPortable(const std::uint8_t* message, std::size_t blocks, std::uint8_t digest[kSha256Bytes]) noexcept;

}  // namespace margincube

#include "implied_volatility.h"

#include <algorithm>

#include "implied_volatility_lanes.h"

namespace margincube {
namespace {

using lanes::kPacket;
using lanes::Vector;
using Lane = lanes::LaneTraits<Vector>;

/** Rows that pass through the stages together: their columns stay in the first-level cache. */
constexpr std::size_t kBlock = 64;
static_assert(kBlock % kPacket == 0, "a block is a whole number of packets");

/**
 * Columns of one block. Short loops over it instead of one long chain per packet, so that independent packets overlap
 * in the processor.
 */
struct Block {
  alignas(64) double sign[kBlock];
  alignas(64) double forward[kBlock];
  alignas(64) double strike[kBlock];
  alignas(64) double price[kBlock];
  alignas(64) double timeToExpiryYears[kBlock];
  alignas(64) double moneyness[kBlock];
  alignas(64) double normalisedPrice[kBlock];
  alignas(64) double symmetricPrice[kBlock];
  alignas(64) double totalVolatility[kBlock];
  alignas(64) double ordinary[kBlock];
};

/** Rows `first` to `first + count`; what is missing of a whole packet repeats the last row. */
std::size_t loadBlock(const ImpliedVolatilityInputs& inputs, std::size_t first, std::size_t count,
                      Block& block) noexcept {
  const std::size_t padded = (count + kPacket - 1) / kPacket * kPacket;
  const auto copy = [&](const double* from, double* to) {
    std::copy(from + first, from + first + count, to);
    std::fill(to + count, to + padded, to[count - 1]);
  };
  for (std::size_t k = 0; k < count; ++k) block.sign[k] = 2.0 * inputs.isCall[first + k] - 1;
  std::fill(block.sign + count, block.sign + padded, block.sign[count - 1]);
  copy(inputs.forward, block.forward);
  copy(inputs.strike, block.strike);
  copy(inputs.price, block.price);
  copy(inputs.timeToExpiryYears, block.timeToExpiryYears);
  return padded;
}

NormalisedOption<Vector> loadOption(const Block& block, std::size_t lane) noexcept {
  return {Lane::load(block.moneyness + lane), Lane::load(block.normalisedPrice + lane),
          Lane::load(block.symmetricPrice + lane), Lane::load(block.totalVolatility + lane),
          Lane::load(block.ordinary + lane)};
}

void storeGuess(const NormalisedOption<Vector>& option, std::size_t lane, Block& block) noexcept {
  Lane::store(block.totalVolatility + lane, option.totalVolatility);
  Lane::store(block.ordinary + lane, option.ordinary);
}

void normaliseBlock(Block& block, std::size_t padded) noexcept {
  for (std::size_t lane = 0; lane < padded; lane += kPacket) {
    const NormalisedOption<Vector> option =
        normalise(Lane::load(block.sign + lane), Lane::load(block.forward + lane), Lane::load(block.strike + lane),
                  Lane::load(block.price + lane), Lane::load(block.timeToExpiryYears + lane));
    Lane::store(block.moneyness + lane, option.moneyness);
    Lane::store(block.normalisedPrice + lane, option.price);
    Lane::store(block.symmetricPrice + lane, option.symmetricPrice);
    storeGuess(option, lane, block);
  }
}

void guessBlock(Block& block, std::size_t padded) noexcept {
  for (std::size_t lane = 0; lane < padded; lane += kPacket) {
    NormalisedOption<Vector> option = loadOption(block, lane);
    guess(option);
    storeGuess(option, lane, block);
  }
}

template <bool kLast>
void refineBlock(Block& block, std::size_t padded) noexcept {
  for (std::size_t lane = 0; lane < padded; lane += kPacket) {
    NormalisedOption<Vector> option = loadOption(block, lane);
    refine<kLast>(option);
    storeGuess(option, lane, block);
  }
}

void annualiseBlock(Block& block, std::size_t padded) noexcept {
  for (std::size_t lane = 0; lane < padded; lane += kPacket) {
    const Vector rootTime = Lane::squareRoot(Lane::load(block.timeToExpiryYears + lane));
    Lane::store(block.totalVolatility + lane, Lane::load(block.totalVolatility + lane) / rootTime);
  }
}

/** Takes the ordinary rows from the block and calculates the others one by one. */
void writeBlock(const ImpliedVolatilityInputs& inputs, std::size_t first, std::size_t count, const Block& block,
                double* volatility, std::uint8_t* status) noexcept {
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t i = first + k;
    if (block.ordinary[k] != 0 && inputs.isCall[i] <= 1) {
      volatility[i] = block.totalVolatility[k];
      status[i] = static_cast<std::uint8_t>(ImpliedVolatilityStatus::kOk);
      continue;
    }
    status[i] =
        static_cast<std::uint8_t>(impliedVolatilityOf(inputs.isCall[i], inputs.forward[i], inputs.strike[i],
                                                      inputs.price[i], inputs.timeToExpiryYears[i], volatility + i));
  }
}

}  // namespace

void impliedVolatility(const ImpliedVolatilityInputs& inputs, double* volatility, std::uint8_t* status) noexcept {
  Block block;
  for (std::size_t first = 0; first < inputs.count; first += kBlock) {
    const std::size_t count = std::min(kBlock, inputs.count - first);
    const std::size_t padded = loadBlock(inputs, first, count, block);
    normaliseBlock(block, padded);
    guessBlock(block, padded);
    refineBlock<false>(block, padded);
    refineBlock<true>(block, padded);
    annualiseBlock(block, padded);
    writeBlock(inputs, first, count, block, volatility, status);
  }
}

}  // namespace margincube

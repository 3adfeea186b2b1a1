#include "surface_query.h"

#include <algorithm>
#include <cmath>

#include "lanes.h"
#include "layout.h"
#include "normal.h"
#include "price_interpolation.h"

namespace margincube {
namespace {

using lanes::broadcast;
using lanes::kPacket;
using lanes::load;
using lanes::Packet;
using lanes::padd;
using lanes::pdiv;
using lanes::pmax;
using lanes::pmin;
using lanes::pmul;
using lanes::psub;
using lanes::store;

/** Queries that are prepared one by one and then calculated in packets. */
constexpr std::size_t kBlock = 32;
static_assert(kBlock % kPacket == 0, "a block is a whole number of packets");

/** Entries of `SurfaceColumns::rates`. */
constexpr std::size_t kShortCarry = 0, kLongVarianceRate = 1;

struct Smiles {
  double a[kBlock], b[kBlock], rho[kBlock], m[kBlock], sigma[kBlock];
};

/** w = nearWeight w_near(k) + farWeight w_far(k) + added, k = ln(ratio) - shift; `byPrice` lanes mix prices instead. */
struct Block {
  double ratio[kBlock], shift[kBlock], years[kBlock];
  Smiles near, far;
  double nearWeight[kBlock], farWeight[kBlock], added[kBlock];
  double quotedMin[kBlock], quotedMax[kBlock], confidence[kBlock];
  /** 1 or 0. */
  double byPrice[kBlock];
  std::uint8_t timeFlag[kBlock];
};

bool isBounded(double value) noexcept { return std::fabs(value) <= kMagnitudeMax; }

bool isPositive(double value) noexcept { return value >= kPositiveMin && value <= kMagnitudeMax; }

bool isSound(const SurfaceColumns& s, std::size_t i) noexcept {
  const bool shape =
      isBounded(s.a[i]) && isBounded(s.b[i]) && std::fabs(s.rho[i]) < 1 && isBounded(s.m[i]) && isPositive(s.sigma[i]);
  const bool place = isPositive(s.timeToExpiryYears[i]) && isPositive(s.forward[i]) && isBounded(s.carry[i]) &&
                     (i == 0 || s.timeToExpiryYears[i] > s.timeToExpiryYears[i - 1]);
  const bool quotes = isBounded(s.quotedMin[i]) && isBounded(s.quotedMax[i]) && isBounded(s.confidence[i]);
  if (!shape || !place || !quotes || s.interpolation[i] >= kInterpolationCount) return false;
  const bool byEssvi = s.interpolation[i] == static_cast<std::uint8_t>(Interpolation::kEssvi);
  return !byEssvi || i + 1 == s.sliceCount || (s.a[i] > 0 && s.b[i] > 0 && s.a[i + 1] > 0 && s.b[i + 1] > 0);
}

KernelStatus check(const SurfaceColumns& surface, const SurfaceQueries& queries, std::size_t* firstBad) noexcept {
  const bool ratesAreSound = isBounded(surface.rates[kShortCarry]) && isBounded(surface.rates[kLongVarianceRate]);
  for (std::size_t i = 0; i < surface.sliceCount; ++i) {
    if (ratesAreSound && isSound(surface, i)) continue;
    *firstBad = i;
    return KernelStatus::kSurfaceSlice;
  }
  bool sound = true;
  for (std::size_t i = 0; i < queries.count; ++i) {
    sound &= isPositive(queries.strike[i]) & isPositive(queries.timeToExpiryYears[i]);
  }
  if (sound) return KernelStatus::kOk;
  for (std::size_t i = 0;; ++i) {
    *firstBad = i;
    if (!isPositive(queries.strike[i])) return KernelStatus::kQueryStrike;
    if (!isPositive(queries.timeToExpiryYears[i])) return KernelStatus::kQueryTime;
  }
}

void copySmile(const SurfaceColumns& surface, std::size_t slice, std::size_t lane, Smiles* to) noexcept {
  to->a[lane] = surface.a[slice];
  to->b[lane] = surface.b[slice];
  to->rho[lane] = surface.rho[slice];
  to->m[lane] = surface.m[slice];
  to->sigma[lane] = surface.sigma[slice];
}

/** Total variance at the forward of an eSSVI slice. */
double thetaOf(const SurfaceColumns& surface, std::size_t i) noexcept {
  return 2 * surface.a[i] / ((1 - surface.rho[i]) * (1 + surface.rho[i]));
}

/** The eSSVI slice between two of that form, with theta, psi (1 + rho) and psi (1 - rho) linear in time. */
void essviBetween(const SurfaceColumns& surface, std::size_t near, double share, std::size_t lane,
                  Smiles* to) noexcept {
  const std::size_t far = near + 1;
  const double theta = (1 - share) * thetaOf(surface, near) + share * thetaOf(surface, far);
  const double callWing = (1 - share) * (2 * surface.b[near] * (1 + surface.rho[near])) +
                          share * (2 * surface.b[far] * (1 + surface.rho[far]));
  const double putWing = (1 - share) * (2 * surface.b[near] * (1 - surface.rho[near])) +
                         share * (2 * surface.b[far] * (1 - surface.rho[far]));
  const double psi = (callWing + putWing) / 2;
  const double rho = (callWing - putWing) / (callWing + putWing);
  const double coRhoSquared = (1 - rho) * (1 + rho);
  to->a[lane] = theta * coRhoSquared / 2;
  to->b[lane] = psi / 2;
  to->rho[lane] = rho;
  to->m[lane] = -rho * theta / psi;
  to->sigma[lane] = std::sqrt(coRhoSquared) * theta / psi;
}

/** The last slice at or before a time, or the first of all. */
std::size_t sliceBefore(const SurfaceColumns& surface, double years) noexcept {
  std::size_t near = 0;
  while (near + 1 < surface.sliceCount && surface.timeToExpiryYears[near + 1] <= years) ++near;
  return near;
}

void prepare(const SurfaceColumns& surface, double strike, double years, std::size_t lane, Block* block) noexcept {
  const std::size_t near = sliceBefore(surface, years);
  const double nearYears = surface.timeToExpiryYears[near];
  const double elapsed = years - nearYears;
  const bool isBefore = elapsed < 0;
  const bool isLast = near + 1 == surface.sliceCount;
  const bool isBetween = elapsed > 0 && !isLast;

  block->ratio[lane] = strike / surface.forward[near];
  block->shift[lane] = (isBefore ? surface.rates[kShortCarry] : surface.carry[near]) * elapsed;
  block->years[lane] = years;
  block->nearWeight[lane] = isBefore ? years / nearYears : 1;
  block->farWeight[lane] = 0;
  block->added[lane] = isLast && !isBefore ? surface.rates[kLongVarianceRate] * elapsed : 0;
  block->quotedMin[lane] = surface.quotedMin[near];
  block->quotedMax[lane] = surface.quotedMax[near];
  block->confidence[lane] = surface.confidence[near];
  block->byPrice[lane] = 0;
  block->timeFlag[lane] = isBefore || (isLast && elapsed > 0) ? kFlagExtrapolatedTime : 0;
  copySmile(surface, near, lane, &block->near);
  copySmile(surface, isBetween ? near + 1 : near, lane, &block->far);
  if (!isBetween) return;

  const double share = elapsed / (surface.timeToExpiryYears[near + 1] - nearYears);
  block->quotedMin[lane] = std::max(block->quotedMin[lane], surface.quotedMin[near + 1]);
  block->quotedMax[lane] = std::min(block->quotedMax[lane], surface.quotedMax[near + 1]);
  block->confidence[lane] = std::max(block->confidence[lane], surface.confidence[near + 1]);
  if (surface.interpolation[near] == static_cast<std::uint8_t>(Interpolation::kEssvi)) {
    essviBetween(surface, near, share, lane, &block->near);
  } else {
    block->nearWeight[lane] = 1 - share;
    block->farWeight[lane] = share;
    block->byPrice[lane] = surface.interpolation[near] == static_cast<std::uint8_t>(Interpolation::kPrice);
  }
}

/** Lanes beyond the last query repeat it. */
void padBlock(std::size_t used, const SurfaceColumns& surface, const SurfaceQueries& queries, std::size_t first,
              Block* block) noexcept {
  const std::size_t last = first + used - 1;
  for (std::size_t lane = used; lane % kPacket != 0; ++lane) {
    prepare(surface, queries.strike[last], queries.timeToExpiryYears[last], lane, block);
  }
}

struct Variance {
  Packet w, dw, d2w;
};

Variance varianceOf(const Smiles& smiles, std::size_t lane, const Packet& k) noexcept {
  const Packet b = load(smiles.b + lane);
  const Packet rho = load(smiles.rho + lane);
  const Packet sigma = load(smiles.sigma + lane);
  const Packet d = psub(k, load(smiles.m + lane));
  const Packet squared = padd(pmul(d, d), pmul(sigma, sigma));
  const Packet root = lanes::psqrt(squared);
  Variance variance;
  variance.w = padd(load(smiles.a + lane), pmul(b, padd(pmul(rho, d), root)));
  variance.dw = pmul(b, padd(rho, pdiv(d, root)));
  variance.d2w = pdiv(pmul(pmul(b, sigma), sigma), pmul(squared, root));
  return variance;
}

/** g of a smile; 0 where there is no variance. */
Packet butterflyMeasure(const Variance& smile, const Packet& k) noexcept {
  const Packet one = broadcast(1), half = broadcast(0.5);
  const Packet none = lanes::pcmp_lt(smile.w, broadcast(kPositiveMin));
  const Packet safe = lanes::pselect(none, one, smile.w);
  const Packet first = psub(one, pdiv(pmul(k, smile.dw), pmul(broadcast(2), safe)));
  const Packet halfSlope = pmul(smile.dw, half);
  const Packet second = pmul(pmul(halfSlope, halfSlope), padd(pdiv(one, safe), broadcast(0.25)));
  const Packet measure = padd(psub(pmul(first, first), second), pmul(smile.d2w, half));
  return lanes::pselect(none, broadcast(0), measure);
}

/** Results of one block; the k of every lane serves the flags. */
struct Results {
  double k[kBlock], volatility[kBlock], totalVariance[kBlock], butterflyMeasure[kBlock], density[kBlock];
  double unguarded[kBlock];
};

/** k, total variance and g. */
void calculateSmile(const Block& block, std::size_t lane, Results* results) noexcept {
  const Packet k = psub(lanes::plog(load(block.ratio + lane)), load(block.shift + lane));
  const Packet nearWeight = load(block.nearWeight + lane), farWeight = load(block.farWeight + lane);
  const Variance near = varianceOf(block.near, lane, k);
  const Variance far = varianceOf(block.far, lane, k);
  const auto mix = [&](const Packet& x, const Packet& y) { return padd(pmul(nearWeight, x), pmul(farWeight, y)); };
  const Packet w = padd(mix(near.w, far.w), load(block.added + lane));
  const Variance mixed = {w, mix(near.dw, far.dw), mix(near.d2w, far.d2w)};
  store(results->k + lane, k);
  store(results->totalVariance + lane, w);
  store(results->butterflyMeasure + lane, butterflyMeasure(mixed, k));
}

/** Replaces total variance and g of the lanes that mix prices, where these can be told. */
void mixPricesOfPacket(const Block& block, std::size_t lane, Results* results) noexcept {
  using lanes::fill;
  using lanes::Vector;
  using Lane = lanes::LaneTraits<Vector>;
  const Packet k = load(results->k + lane), one = broadcast(1), least = broadcast(kPositiveMin);
  const Variance near = varianceOf(block.near, lane, k), far = varianceOf(block.far, lane, k);
  const Packet nearForward = varianceOf(block.near, lane, broadcast(0)).w;
  const Packet farForward = varianceOf(block.far, lane, broadcast(0)).w;
  const Packet none = lanes::pcmp_lt(pmin(pmin(near.w, far.w), pmin(nearForward, farForward)), least);
  const auto safe = [&](const Packet& w) { return (Vector)lanes::pselect(none, one, w); };
  const Vector moneyness = (Vector)lanes::pabs(k), nearWithin = isPriced(moneyness, Lane::squareRoot(safe(near.w)));
  const Vector farWithin = isPriced(moneyness, Lane::squareRoot(safe(far.w)));
  const Vector isMixed = Lane::load(block.byPrice + lane) * nearWithin * farWithin;
  const Vector weight = priceWeight(safe(nearForward), safe(farForward), Lane::load(block.farWeight + lane));
  const SmilePoint<Vector> mixed =
      mixPrices<Vector>({safe(near.w), (Vector)butterflyMeasure(near, k)},
                        {safe(far.w), (Vector)butterflyMeasure(far, k)}, weight, (Vector)k);
  const Packet isKept = lanes::por(none, lanes::pcmp_eq((Packet)isMixed, broadcast(0)));
  const auto replace = [&](double* to, const Vector& value) {
    store(to + lane, lanes::pselect(isKept, load(to + lane), (Packet)value));
  };
  replace(results->totalVariance, mixed.totalVariance);
  replace(results->butterflyMeasure, mixed.butterflyMeasure);
}

bool mixesPrices(const Block& block, std::size_t lane) noexcept {
  return std::any_of(block.byPrice + lane, block.byPrice + lane + kPacket, [](double is) { return is != 0; });
}

/** Density and guarded volatility from total variance and g; where there is no variance, 0 and the guard. */
void calculateAnswer(const Block& block, std::size_t lane, Results* results) noexcept {
  const Packet zero = broadcast(0), one = broadcast(1), half = broadcast(0.5);
  const Packet k = load(results->k + lane), w = load(results->totalVariance + lane);
  const Packet g = load(results->butterflyMeasure + lane), years = load(block.years + lane);
  const Packet none = lanes::pcmp_lt(w, broadcast(kPositiveMin));
  const Packet safe = lanes::pselect(none, one, w);
  const Packet rootW = lanes::psqrt(safe);
  const Packet dMinus = padd(pdiv(k, rootW), pmul(rootW, half));
  const Packet gaussian = lanes::expOfNonPositive(pmul(broadcast(-0.5), pmul(dMinus, dMinus)));
  const Packet density = pmul(pdiv(pmul(g, broadcast(kInvSqrtTwoPi)), rootW), gaussian);

  const Packet exact = lanes::pselect(none, zero, lanes::psqrt(pdiv(safe, years)));
  const Packet guarded = pmin(broadcast(kGuardVolatilityMax), pmax(broadcast(kGuardVolatilityMin), exact));
  const Packet inside = lanes::pcmp_eq(guarded, exact);
  store(results->unguarded + lane, exact);
  store(results->volatility + lane, guarded);
  store(results->totalVariance + lane, lanes::pselect(inside, w, pmul(pmul(guarded, guarded), years)));
  store(results->density + lane, density);
}

std::uint8_t flagsOf(const Block& block, const Results& results, std::size_t lane) noexcept {
  const double k = results.k[lane];
  const bool isBeyondQuotes = (k < block.quotedMin[lane]) | (k > block.quotedMax[lane]);
  const bool isGuarded = results.unguarded[lane] != results.volatility[lane];
  const bool isArbitrage = !(results.butterflyMeasure[lane] >= -kButterflyTolerance);
  return static_cast<std::uint8_t>(block.timeFlag[lane] | (isBeyondQuotes ? kFlagExtrapolatedStrike : 0) |
                                   (isGuarded ? kFlagGuarded : 0) | (isArbitrage ? kFlagArbitrage : 0));
}

}  // namespace

KernelStatus surfaceQuery(const SurfaceColumns& surface, const SurfaceQueries& queries, const SurfaceAnswers& answers,
                          std::size_t* firstBad) noexcept {
  const KernelStatus status = check(surface, queries, firstBad);
  if (status != KernelStatus::kOk) return status;
  Block block;
  Results results;
  for (std::size_t from = 0; from < queries.count; from += kBlock) {
    const std::size_t used = std::min(kBlock, queries.count - from);
    for (std::size_t lane = 0; lane < used; ++lane) {
      prepare(surface, queries.strike[from + lane], queries.timeToExpiryYears[from + lane], lane, &block);
    }
    padBlock(used, surface, queries, from, &block);
    for (std::size_t lane = 0; lane < used; lane += kPacket) calculateSmile(block, lane, &results);
    for (std::size_t lane = 0; lane < used; lane += kPacket) {
      if (mixesPrices(block, lane)) mixPricesOfPacket(block, lane, &results);
    }
    for (std::size_t lane = 0; lane < used; lane += kPacket) calculateAnswer(block, lane, &results);
    std::copy_n(results.volatility, used, answers.volatility + from);
    std::copy_n(results.totalVariance, used, answers.totalVariance + from);
    std::copy_n(results.butterflyMeasure, used, answers.butterflyMeasure + from);
    std::copy_n(results.density, used, answers.density + from);
    std::copy_n(block.confidence, used, answers.confidence + from);
    for (std::size_t lane = 0; lane < used; ++lane) answers.flags[from + lane] = flagsOf(block, results, lane);
  }
  return KernelStatus::kOk;
}

}  // namespace margincube

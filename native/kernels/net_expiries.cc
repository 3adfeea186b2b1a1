#include "net_expiries.h"

#include <algorithm>
#include <cmath>

#include "lanes.h"

namespace margincube {
namespace {

using namespace lanes;

/** What spot moves directly starts the vector of an account. */
void startVector(const NettingTerms& terms, const NettingBooks& books, std::size_t account, std::size_t lanes,
                 double* pnl) noexcept {
  const Packet contracts = broadcast(books.contracts[account]);
  const Packet price = broadcast(books.price[account]);
  for (std::size_t s = 0; s < lanes; s += kPacket) {
    const Packet move = load(terms.spotMove + s);
    Packet own = pmul(pmul(contracts, move), price);
    for (std::size_t leg = books.firstMoving[account]; leg < books.firstMoving[account + 1]; ++leg) {
      own = padd(own, pmul(move, broadcast(books.movingValue[leg])));
    }
    store(pnl + s, pmul(own, load(terms.dampening + s)));
  }
}

/** Adds d (discounted(value + P&L) - value) of one expiry, -|...| where skewed. */
void addExpiry(const NettingTerms& terms, std::size_t expiry, double value, const double* vector, std::size_t lanes,
               double* pnl) noexcept {
  const Packet zero = broadcast(0);
  const Packet unshocked = broadcast(value);
  const Packet longDiscount = broadcast(terms.longDiscount[expiry]);
  const Packet shortDiscount = broadcast(terms.shortDiscount[expiry]);
  for (std::size_t s = 0; s < lanes; s += kPacket) {
    const Packet shocked = padd(unshocked, load(vector + s));
    const Packet discount = pselect(pcmp_lt(shocked, zero), shortDiscount, longDiscount);
    const Packet change = pmul(load(terms.dampening + s), psub(pmul(shocked, discount), unshocked));
    const Packet isSkewed = pcmp_lt(zero, load(terms.skewed + s));
    store(pnl + s, padd(load(pnl + s), pselect(isSkewed, psub(zero, pabs(change)), change)));
  }
}

/** The smallest of the first `count` entries, or of `start`; `finite` stays 0 for finite entries. */
double worstOf(const double* pnl, std::size_t count, double start, double* finite) noexcept {
  double worst = start;
  double sum = start - start;
  for (std::size_t s = 0; s < count; ++s) {
    worst = std::min(worst, pnl[s]);
    sum += pnl[s] - pnl[s];
  }
  *finite = sum;
  return worst;
}

double chargeOf(const NettingTerms& terms, double confidence, double notional) noexcept {
  if (!(confidence < terms.confidenceThreshold)) return 0;
  return (1 - confidence) * terms.confidenceRate * notional;
}

bool netOne(const NettingTerms& terms, const NettingBooks& books, std::size_t account, std::size_t lanes, double* pnl,
            const NettingResults& results) noexcept {
  startVector(terms, books, account, lanes, pnl);
  const SparseRows& rows = books.rows;
  const double common = books.confidence[account];
  if (!(common >= 0)) return false;
  double basis = 0;
  double total = results.value[account];
  double charge = results.confidenceCharge[account];
  const std::size_t firstOfAll = books.firstRow[0];
  for (std::size_t row = books.firstRow[account] - firstOfAll; row < books.firstRow[account + 1] - firstOfAll; ++row) {
    const std::size_t expiry = books.rowExpiry[row];
    double value = 0;
    double certainty = terms.expiryConfidence[expiry];
    bool isKnown = certainty >= 0;
    for (std::size_t k = rows.rowOffsets[row]; k < rows.rowOffsets[row + 1]; ++k) {
      const std::size_t instrument = rows.instrument[k];
      value += rows.quantity[k] * terms.unitValue[instrument];
      const double known = terms.volatilityConfidence[instrument];
      isKnown = isKnown && terms.usable[instrument] == 1 && known >= 0;
      certainty = std::min(certainty, known);
    }
    if (!isKnown) return false;
    const double* vector = books.vectors + row * terms.stride;
    addExpiry(terms, expiry, value, vector, lanes, pnl);
    const double moved = std::min(std::min(vector[terms.count], vector[terms.count + 1]), 0.0);
    basis += moved * terms.basisFactor[expiry];
    total += value;
    charge += chargeOf(terms, std::min(common, certainty), books.rowGross[row] * books.spot[account]);
  }
  double finite = 0;
  results.worst[account] = worstOf(pnl, terms.count, basis, &finite);
  results.value[account] = total;
  results.confidenceCharge[account] = charge;
  return finite == 0 && std::isfinite(total) && std::isfinite(charge);
}

}  // namespace

void netExpiries(const NettingTerms& terms, const NettingBooks& books, const NettingResults& results) noexcept {
  double pnl[kNettedScenariosMax + kRun];
  const std::size_t lanes = (terms.count + kRun - 1) / kRun * kRun;
  for (std::size_t account = 0; account < books.accountCount; ++account) {
    results.isComplete[account] = netOne(terms, books, account, lanes, pnl, results) ? 1 : 0;
  }
}

}  // namespace margincube

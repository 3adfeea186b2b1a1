#include "svi_fit.h"

#include <algorithm>
#include <cmath>

namespace margincube {
namespace {

constexpr std::size_t P = kSviParameters;
constexpr std::size_t B = kSviBand;

/** Rows of a banded symmetric matrix: entry (row, column) lies at [row][column - row + B - 1]. */
using BandRow = double[B];

struct Workspace {
  double* quotes;
  double* variance;
  double* lack;
  double* fall;
  double* excess;
  BandRow* matrix;
  BandRow* lower;
  double* gradient;
  double* step;
  double* trial;
  double* current;
  double* scale;
  double* solved;
  double* held;
};

Workspace workspaceOf(const SviFitInputs& in, double* memory) noexcept {
  const std::size_t grid = in.sliceCount * sviPadded(in.gridCount), rows = in.sliceCount * P;
  const auto take = [&memory](std::size_t length) {
    double* const column = memory;
    memory += length;
    return column;
  };
  Workspace work{};
  work.variance = take(grid);
  work.lack = take(grid);
  work.fall = take(grid);
  work.excess = take(sviPadded(in.gridCount));
  work.matrix = reinterpret_cast<BandRow*>(take(rows * B));
  work.lower = reinterpret_cast<BandRow*>(take(rows * B));
  for (double** column :
       {&work.gradient, &work.step, &work.trial, &work.current, &work.scale, &work.solved, &work.held}) {
    *column = take(rows);
  }
  work.quotes = memory;
  return work;
}

double& entry(BandRow* matrix, std::size_t row, std::size_t column) noexcept {
  return matrix[row][column + B - 1 - row];
}

SviQuotes quotesOf(const SviFitInputs& in, std::size_t slice) noexcept {
  const std::size_t from = in.quoteOffsets[slice];
  return {in.quoteOffsets[slice + 1] - from, in.logMoneyness + from, in.totalVariance + from, in.weight + from};
}

double* quoteMemory(const SviFitInputs& in, const Workspace& work, std::size_t slice) noexcept {
  return work.quotes + kSviQuoteColumns * (in.quoteOffsets[slice] + slice * kSviStripe);
}

/** Penalty of slice `slice` below the one before; the bounds around the first and the last slice have their times. */
double calendarScale(const SviFitInputs& in, std::size_t slice) noexcept {
  const std::size_t before = slice == 0 ? 0 : slice - 1, after = std::min(slice, in.sliceCount - 1);
  return in.calendarPenalty / (in.timeToExpiryYears[before] * in.timeToExpiryYears[after]);
}

void measureSlice(const SviFitInputs& in, const SviWings& x, double* __restrict variance,
                  double* __restrict lack) noexcept {
  const double base = sviBase(x);
  const double* __restrict grid = in.grid;
  const double margin = in.butterflyMargin;
  for (std::size_t i = 0; i < in.gridCount; ++i) {
    const SviPoint point = sviPoint(x, base, grid[i]);
    variance[i] = point.w;
    const double missing = margin - butterflyDensity(point, grid[i]);
    lack[i] = missing > 0.0 ? missing : 0.0;
  }
}

void measureFall(std::size_t count, const double* __restrict before, const double* __restrict variance,
                 double* __restrict fall) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    const double missing = before[i] - variance[i];
    fall[i] = missing > 0.0 ? missing : 0.0;
  }
}

double priorCost(const SviFitInputs& in, std::size_t slice, const double* parameters) noexcept {
  double cost = 0;
  for (std::size_t p = 0; p < P; ++p) {
    const double step = parameters[p] - in.prior[slice * P + p];
    cost += in.priorPrecision[slice * P + p] * step * step;
  }
  return cost;
}

struct Cost {
  double objective = 0;
  double weightedSquares = 0;
};

Cost evaluate(const SviFitInputs& in, const double* parameters, const Workspace& work) noexcept {
  const std::size_t padded = sviPadded(in.gridCount);
  Cost cost;
  for (std::size_t slice = 0; slice < in.sliceCount; ++slice) {
    const double* mine = parameters + slice * P;
    const SviWings x = sviWings(mine);
    const SviQuotes quotes = quotesOf(in, slice);
    const SviQuoteCost ofQuotes =
        evaluateQuotes(quotes, x, in.huberDelta[slice], sviQuoteColumns(quoteMemory(in, work, slice), quotes.count));
    cost.objective += ofQuotes.huber + priorCost(in, slice, mine);
    cost.weightedSquares += ofQuotes.squares;
    double* const variance = work.variance + slice * padded;
    double* const lack = work.lack + slice * padded;
    measureSlice(in, x, variance, lack);
    cost.objective += in.butterflyPenalty * stripedDot(lack, lack, padded);
    double* const fall = work.fall + slice * padded;
    measureFall(in.gridCount, slice == 0 ? in.floor : variance - padded, variance, fall);
    cost.objective += calendarScale(in, slice) * stripedDot(fall, fall, padded);
  }
  measureFall(in.gridCount, work.variance + (in.sliceCount - 1) * padded, in.ceiling, work.excess);
  cost.objective += calendarScale(in, in.sliceCount) * stripedDot(work.excess, work.excess, padded);
  return cost;
}

/** Adds factor x row row' and factor x row x residual for parameters [first, first + count). */
void addRow(const Workspace& work, std::size_t first, std::size_t count, const double* row, double residual,
            double factor) noexcept {
  for (std::size_t p = 0; p < count; ++p) {
    const double scaled = factor * row[p];
    work.gradient[first + p] += scaled * residual;
    for (std::size_t q = 0; q <= p; ++q) entry(work.matrix, first + p, first + q) += scaled * row[q];
  }
}

void addSliceGrid(const SviFitInputs& in, const double* parameters, std::size_t slice, const Workspace& work) noexcept {
  const std::size_t padded = sviPadded(in.gridCount), first = slice * P;
  const double* lack = work.lack + slice * padded;
  const double* fall = work.fall + slice * padded;
  const SviWings x = sviWings(parameters + first);
  for (std::size_t i = 0; i < in.gridCount; ++i) {
    const double excess = slice + 1 == in.sliceCount ? work.excess[i] : 0.0;
    if (lack[i] == 0.0 && fall[i] == 0.0 && excess == 0.0) continue;
    double pair[2 * P], ofG[P];
    sviDerivatives(x, in.grid[i], pair + P, ofG);
    if (lack[i] > 0.0) addRow(work, first, P, ofG, -lack[i], in.butterflyPenalty);
    if (excess > 0.0) addRow(work, first, P, pair + P, excess, calendarScale(in, in.sliceCount));
    if (fall[i] == 0.0) continue;
    for (std::size_t p = 0; p < P; ++p) pair[P + p] = -pair[P + p];
    if (slice == 0) {
      addRow(work, first, P, pair + P, fall[i], calendarScale(in, 0));
      continue;
    }
    sviDerivatives(sviWings(parameters + first - P), in.grid[i], pair, ofG);
    addRow(work, first - P, 2 * P, pair, fall[i], calendarScale(in, slice));
  }
}

void accumulate(const SviFitInputs& in, const double* parameters, const Workspace& work) noexcept {
  const std::size_t rows = in.sliceCount * P;
  std::fill(work.matrix[0], work.matrix[0] + rows * B, 0.0);
  std::fill(work.gradient, work.gradient + rows, 0.0);
  for (std::size_t slice = 0; slice < in.sliceCount; ++slice) {
    const std::size_t first = slice * P;
    SviNormal normal;
    const std::size_t count = quotesOf(in, slice).count;
    accumulateQuotes(count, sviQuoteColumns(quoteMemory(in, work, slice), count), normal);
    for (std::size_t p = 0; p < P; ++p) {
      const double precision = in.priorPrecision[first + p];
      work.gradient[first + p] += normal.gradient[p] + precision * (parameters[first + p] - in.prior[first + p]);
      for (std::size_t q = 0; q <= p; ++q) entry(work.matrix, first + p, first + q) += normal.matrix[q][p];
      entry(work.matrix, first + p, first + p) += precision;
    }
    addSliceGrid(in, parameters, slice, work);
  }
}

/** Marks what stays or is pushed against its bound; held parameters have a step of 0. */
void holdAtBounds(const SviFitInputs& in, const Workspace& work) noexcept {
  for (std::size_t row = 0; row < in.sliceCount * P; ++row) {
    const bool isHeld = in.isFixed[row / P] != 0 || isSviHeld(work.current[row], work.gradient[row], row % P);
    work.held[row] = isHeld ? 1.0 : 0.0;
    work.step[row] = 0.0;
  }
}

/** What the held steps leave of minus the gradient, for one row. */
double rightSide(std::size_t rows, std::size_t row, const Workspace& work) noexcept {
  double right = -work.gradient[row];
  const std::size_t from = row < B ? 0 : row - B + 1, to = std::min(rows, row + B);
  for (std::size_t other = from; other < to; ++other) {
    if (work.held[other] == 0.0 || work.step[other] == 0.0) continue;
    right -= entry(work.matrix, std::max(row, other), std::min(row, other)) * work.step[other];
  }
  return right;
}

/** Solves the damped equations of the free parameters by banded Cholesky; false where the matrix is not definite. */
bool solveFree(std::size_t rows, double damping, const Workspace& work) noexcept {
  for (std::size_t row = 0; row < rows; ++row) {
    const double diagonal = entry(work.matrix, row, row);
    work.scale[row] = work.held[row] != 0.0 || !(diagonal > 0.0) ? 0.0 : 1.0 / std::sqrt(diagonal);
  }
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t from = row < B ? 0 : row - B + 1;
    double right = work.scale[row] == 0.0 ? 0.0 : rightSide(rows, row, work) * work.scale[row];
    for (std::size_t column = from; column <= row; ++column) {
      double value = entry(work.matrix, row, column) * work.scale[row] * work.scale[column];
      if (column == row) value = work.scale[row] == 0.0 ? 1.0 : 1.0 + damping;
      const std::size_t start = std::max(from, column < B ? 0 : column - B + 1);
      for (std::size_t r = start; r < column; ++r) value -= entry(work.lower, row, r) * entry(work.lower, column, r);
      if (column == row) {
        if (!(value > 0.0)) return false;
        entry(work.lower, row, row) = std::sqrt(value);
      } else {
        entry(work.lower, row, column) = value / entry(work.lower, column, column);
      }
    }
    for (std::size_t r = from; r < row; ++r) right -= entry(work.lower, row, r) * work.solved[r];
    work.solved[row] = right / entry(work.lower, row, row);
  }
  for (std::size_t row = rows; row-- > 0;) {
    const std::size_t to = std::min(rows, row + B);
    for (std::size_t r = row + 1; r < to; ++r) work.solved[row] -= entry(work.lower, r, row) * work.solved[r];
    work.solved[row] /= entry(work.lower, row, row);
  }
  for (std::size_t row = 0; row < rows; ++row) {
    if (work.held[row] == 0.0) work.step[row] = work.solved[row] * work.scale[row];
  }
  return true;
}

constexpr int kBoundRounds = 4;

/** A step inside the boxes: what would leave its box ends on the wall, and the others are solved for again. */
bool solveStep(const SviFitInputs& in, double damping, const Workspace& work) noexcept {
  const std::size_t rows = in.sliceCount * P;
  holdAtBounds(in, work);
  for (int round = 0; round < kBoundRounds; ++round) {
    if (!solveFree(rows, damping, work)) return false;
    bool isInside = true;
    for (std::size_t row = 0; row < rows; ++row) {
      if (work.held[row] != 0.0) continue;
      const double moved = work.current[row] + work.step[row];
      const double clipped = sviClipped(moved, row % P);
      if (clipped == moved) continue;
      isInside = false;
      work.step[row] = clipped - work.current[row];
      work.held[row] = 1.0;
    }
    if (isInside) break;
  }
  return true;
}

double promised(std::size_t rows, const Workspace& work) noexcept {
  double value = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const double step = work.step[row];
    double product = entry(work.matrix, row, row) * step;
    for (std::size_t column = row < B ? 0 : row - B + 1; column < row; ++column) {
      product += 2.0 * entry(work.matrix, row, column) * work.step[column];
    }
    value -= step * (2.0 * work.gradient[row] + product);
  }
  return value;
}

constexpr double kDampingStart = 1e-4;
constexpr double kDampingMin = 1e-15;
constexpr double kDampingMax = 1e12;
constexpr double kDampingUp = 8.0;
constexpr double kDampingDown = 0.1;
/** A decrease that is rounding error whatever the quotes. */
constexpr double kNothing = 1e-26;

}  // namespace

SviFitSummary sviFit(const SviFitInputs& in, double* parameters, double* memory) noexcept {
  SviFitSummary summary{0, 0, 0, SviFitStatus::kConverged};
  if (in.sliceCount == 0) return summary;
  const Workspace work = workspaceOf(in, memory);
  const std::size_t rows = in.sliceCount * P;
  std::fill(work.variance, work.variance + (3 * in.sliceCount + 1) * sviPadded(in.gridCount), 0.0);
  for (std::size_t row = 0; row < rows; ++row) {
    const bool isFixed = in.isFixed[row / P] != 0;
    work.current[row] = isFixed ? parameters[row] : sviClipped(parameters[row], row % P);
  }
  Cost cost = evaluate(in, work.current, work);
  summary = {cost.objective, cost.weightedSquares, 0, SviFitStatus::kNotFinite};
  if (!std::isfinite(cost.objective)) return summary;

  accumulate(in, work.current, work);
  double damping = kDampingStart;
  summary.status = SviFitStatus::kIterationsExhausted;
  while (summary.iterations < in.iterationsMax) {
    ++summary.iterations;
    bool isTaken = false;
    if (solveStep(in, damping, work)) {
      const double decrease = promised(rows, work);
      if (decrease >= 0.0 && decrease <= in.tolerance * cost.objective + kNothing && damping <= 1.0) {
        summary.status = SviFitStatus::kConverged;
        break;
      }
      for (std::size_t row = 0; row < rows; ++row) {
        work.trial[row] = sviClipped(work.current[row] + work.step[row], row % P);
        if (in.isFixed[row / P] != 0) work.trial[row] = work.current[row];
      }
      const Cost next = evaluate(in, work.trial, work);
      isTaken = next.objective < cost.objective;
      if (isTaken) cost = next;
    }
    if (isTaken) {
      std::copy(work.trial, work.trial + rows, work.current);
      accumulate(in, work.current, work);
      damping = std::max(damping * kDampingDown, kDampingMin);
    } else {
      damping *= kDampingUp;
      if (damping > kDampingMax) {
        summary.status = SviFitStatus::kConverged;
        break;
      }
    }
  }
  std::copy(work.current, work.current + rows, parameters);
  summary.objective = cost.objective;
  summary.weightedSquares = cost.weightedSquares;
  return summary;
}

}  // namespace margincube

/** Accuracy of the distribution functions against numbers computed with 40 digits, and the inverses against the functions. */
import { describe, expect, test } from 'vitest';
import { chiSquaredQuantile, chiSquaredTail, gammaP, lnGamma } from '../../src/kernel/reference/gamma.js';
import { normalCdf, normalQuantile } from '../../src/kernel/reference/normal.js';
import {
  lnStudentTScale,
  studentTCdf,
  studentTQuantile,
  studentTUpperTail,
} from '../../src/kernel/reference/student-t.js';

const BOUND = 1e-12;

function relative(actual: number, expected: number): number {
  return Math.abs(actual / expected - 1);
}

/** [p, quantile]. */
const NORMAL_ROWS = [
  [1e-300, -37.0470962993612],
  [1e-30, -11.464024688443615],
  [1e-12, -7.034483825301132],
  [1e-5, -4.264890793922825],
  [0.001, -3.0902323061678136],
  [0.025, -1.9599639845400543],
  [0.2, -0.8416212335729142],
  [0.4999, -0.00025066283008800747],
  [0.7, 0.5244005127080407],
  [0.95, 1.6448536269514722],
  [0.975, 1.9599639845400538],
  [0.999, 3.090232306167813],
  [0.999999, 4.753424308817087],
] as const;

/** [t, degrees of freedom, upper tail]. */
const STUDENT_T_ROWS = [
  [1e-6, 1, 0.49999968169011383],
  [0.5, 1, 0.35241638234956674],
  [2, 1, 0.14758361765043326],
  [10, 1, 0.03172551743055357],
  [10000.0, 1, 3.183098851227577e-5],
  [0.01, 2.5, 0.49638199717895415],
  [1, 2.5, 0.20203051363913674],
  [3.7, 2.5, 0.023184783460935193],
  [100, 2.5, 7.191649211666188e-6],
  [1e-6, 3, 0.49999963244740303],
  [0.5, 3, 0.3257239824240755],
  [2, 3, 0.0696629842794216],
  [10, 3, 0.0010641995292070751],
  [10000.0, 3, 1.102657751147905e-12],
  [0.01, 4, 0.4962500781229493],
  [1, 4, 0.18695048315002943],
  [3.7, 4, 0.010417714745224954],
  [100, 4, 2.998001049496231e-8],
  [1e-6, 6.3, 0.4999996165166733],
  [0.5, 6.3, 0.31702926308404983],
  [2, 6.3, 0.04507882801228989],
  [10, 6.3, 2.1302775832791007e-5],
  [10000.0, 6.3, 3.1768657788860354e-24],
  [0.01, 15, 0.4960765381220171],
  [1, 15, 0.16658506795773817],
  [3.7, 15, 0.001069544271441297],
  [100, 15, 6.633167789718054e-23],
  [1e-6, 100, 0.49999960205381305],
  [0.5, 100, 0.3090867829154433],
  [2, 100, 0.02410608936556684],
  [10, 100, 4.9508444922970696e-17],
  [10000.0, 100, 3.9792648519577497e-302],
] as const;

/** [x, degrees of freedom, upper tail, lower tail]. */
const CHI_SQUARED_ROWS = [
  [1e-6, 1, 0.9992021155721779, 0.0007978844278221252],
  [1, 1, 0.3173105078629141, 0.6826894921370859],
  [5, 1, 0.025347318677468263, 0.9746526813225317],
  [150, 1, 1.7336432457178264e-34, 1.0],
  [1e-6, 2, 0.999999500000125, 4.999998750000208e-7],
  [1, 2, 0.6065306597126334, 0.3934693402873666],
  [5, 2, 0.0820849986238988, 0.9179150013761012],
  [150, 2, 2.6786369618080778e-33, 1.0],
  [1e-6, 3, 0.9999999997340385, 2.659614404791799e-10],
  [1, 3, 0.8012519569012008, 0.1987480430987992],
  [5, 3, 0.17179714429673312, 0.8282028557032669],
  [150, 3, 2.634913928488044e-32, 1.0],
  [1e-6, 4, 0.999999999999875, 1.2499995833334113e-13],
  [1, 4, 0.9097959895689501, 0.09020401043104986],
  [5, 4, 0.2872974951836458, 0.7127025048163542],
  [150, 4, 2.0357640909741394e-31, 1.0],
  [1e-6, 7.7, 1.0, 2.869752413476351e-26],
  [1, 7.7, 0.9975620051342424, 0.002437994865757573],
  [5, 7.7, 0.7304551106907908, 0.2695448893092092],
  [150, 7.7, 1.232262003567337e-28, 1.0],
  [1e-6, 15, 1.0, 3.93623269962161e-52],
  [1, 15, 0.9999997464355689, 2.535644310823259e-7],
  [5, 15, 0.992126411344519, 0.00787358865548099],
  [150, 15, 2.4124984724817594e-24, 1.0],
  [1, 200, 1.0, 5.152342733971752e-189],
  [5, 200, 1.0, 5.612332736244056e-120],
  [150, 200, 0.996647558501813, 0.003352441498186992],
] as const;

describe('distribution functions', () => {
  test.each(NORMAL_ROWS)('normal quantile of %d', (p, expected) => {
    expect(relative(normalQuantile(p), expected)).toBeLessThanOrEqual(BOUND);
  });

  test.each(STUDENT_T_ROWS)('t tail at %d, %d degrees', (t, degrees, expected) => {
    expect(relative(studentTUpperTail(t, degrees, lnStudentTScale(degrees)), expected)).toBeLessThanOrEqual(
      BOUND,
    );
  });

  test.each(CHI_SQUARED_ROWS)('chi-squared tails at %d, %d degrees', (x, degrees, upper, lower) => {
    expect(relative(chiSquaredTail(x, degrees), upper)).toBeLessThanOrEqual(BOUND);
    expect(relative(gammaP(degrees / 2, x / 2), lower)).toBeLessThanOrEqual(BOUND);
  });

  test('ln Gamma of integers and a half', () => {
    let factorial = 1;
    for (let n = 2; n < 20; n += 1) {
      factorial *= n;
      expect(relative(lnGamma(n + 1), Math.log(factorial))).toBeLessThanOrEqual(1e-14);
    }
    expect(relative(lnGamma(0.5), Math.log(Math.sqrt(Math.PI)))).toBeLessThanOrEqual(1e-13);
  });

  test('inverses invert, far into both tails', () => {
    for (const p of [1e-30, 1e-9, 1e-4, 0.01, 0.2, 0.25, 0.26, 0.49, 0.6, 0.8, 0.99, 0.9999]) {
      expect(relative(normalCdf(normalQuantile(p)), p)).toBeLessThanOrEqual(BOUND);
      for (const degrees of [1, 2.5, 3, 4, 6.3, 15, 100]) {
        expect(relative(studentTCdf(studentTQuantile(p, degrees), degrees), p)).toBeLessThanOrEqual(BOUND);
        const x = chiSquaredQuantile(p, degrees);
        expect(relative(gammaP(degrees / 2, x / 2), p)).toBeLessThanOrEqual(BOUND);
      }
    }
    expect(studentTQuantile(0.5, 4)).toBe(0);
  });
});

/**
 * `node scripts/count-tests.mjs FOLDER PASSED FAILED`: adds the vitest reports of a folder to the counts of steps and prints
 * `N passed, N failed`. Exits 1 when something failed or a report holds no test.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const [folder, passedSteps, failedSteps] = process.argv.slice(2);
let passed = Number(passedSteps);
let failed = Number(failedSteps);
for (const file of readdirSync(folder)) {
  const report = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  passed += report.numPassedTests;
  // A file that does not load is a failed suite without a failed test.
  failed += Math.max(report.numFailedTests, report.success ? 0 : 1);
  if (report.numTotalTests === 0) failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/**
 * `node scripts/count-tests.mjs FOLDER PASSED FAILED`: names every test that failed in the vitest reports of a folder, with the
 * first lines of its error, adds the reports to the counts of steps and prints `N passed, N failed`. Exits 1 when something failed
 * or a report holds no test.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ERROR_LINES = 12;

const [folder, passedSteps, failedSteps] = process.argv.slice(2);
let passed = Number(passedSteps);
let failed = Number(failedSteps);
for (const file of readdirSync(folder)) {
  const report = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  for (const suite of report.testResults) nameFailures(suite);
  passed += report.numPassedTests;
  // A file that does not load is a failed suite without a failed test.
  failed += Math.max(report.numFailedTests, report.success ? 0 : 1);
  if (report.numTotalTests === 0) failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function nameFailures(suite) {
  const file = path.relative(process.cwd(), suite.name);
  const failures = suite.assertionResults.filter((test) => test.status === 'failed');
  if (suite.status === 'failed' && failures.length === 0) printFailure(file, suite.message);
  for (const test of failures) printFailure(`${file} > ${test.fullName}`, test.failureMessages.join('\n'));
}

function printFailure(name, message) {
  const lines = message.split('\n').slice(0, ERROR_LINES);
  console.log([`FAILED ${name}`, ...lines].join('\n  '));
}

// Mocha's usual report; its figures also go to the file named in HEARTH_TEST_RESULT, where scripts/test.mjs sums them.
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

class HearthReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const file = process.env.HEARTH_TEST_RESULT;
      if (!file) return;
      const { passes, failures, pending } = runner.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
}

module.exports = HearthReporter;

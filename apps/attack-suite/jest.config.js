// One spec file, so that all attacks share the real processes that it starts, and one table.
module.exports = {
  ...require('../../jest.preset.js'),
  rootDir: __dirname,
  displayName: 'apps/attack-suite',
  testTimeout: 120_000,
};

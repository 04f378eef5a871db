// One installation is started for all specs, as a user would start it, and stopped afterwards.
module.exports = {
  ...require('../../jest.preset.js'),
  rootDir: __dirname,
  displayName: 'apps/system-e2e',
  globalSetup: '<rootDir>/src/installation/start-installation.ts',
  globalTeardown: '<rootDir>/src/installation/stop-installation.ts',
  testSequencer: '<rootDir>/sequencer.js',
  testTimeout: 120_000,
};

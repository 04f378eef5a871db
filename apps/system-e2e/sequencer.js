// All specs share one installation. Those that stop an agent on purpose and start it again by hand come last, because
// the launcher no longer watches over such an agent and nobody would start it after a kill.
const Sequencer = require('@jest/test-sequencer').default;

const last = ['when-something-is-away', 'when-an-operator-looks'];
const placeOf = ({ path }) => last.findIndex((name) => path.includes(name)) + 1;

module.exports = class LastThingsLast extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => placeOf(a) - placeOf(b) || a.path.localeCompare(b.path));
  }
};

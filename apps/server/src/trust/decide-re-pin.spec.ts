import { agentIdSchema, fingerprintSchema } from '@longshore/protocol';
import { decideRePin, type RePinQuestion } from './decide-re-pin';

const aKey = (letter: string) => fingerprintSchema.parse(`sha256/${letter.repeat(42)}A=`);
const [former, fresh] = [aKey('f'), aKey('n')];
const agentId = agentIdSchema.parse('build-1');

const asked = (agent: Partial<RePinQuestion['agent']> = {}, question: Partial<RePinQuestion> = {}): string => {
  const verdict = decideRePin({
    agent: {
      agentId,
      type: 'web',
      fingerprint: null,
      forgottenKey: former,
      forgetExpired: false,
      forgetAllowsSameKey: false,
      ...agent,
    },
    type: 'web',
    presented: fresh,
    holder: null,
    isRejected: false,
    ...question,
  });
  return verdict.verdict === 'refused' ? verdict.problem : verdict.verdict;
};

describe('the question whether a key is pinned for a forgotten one', () => {
  it.each<[string, string, string]>([
    ['a new key, while the permission lasts', asked(), 'pin'],
    ['the forgotten key', asked({}, { presented: former }), 'PIN_FORGOTTEN_KEY'],
    ['the forgotten key, allowed', asked({ forgetAllowsSameKey: true }, { presented: former }), 'pin'],
    ['a new key, too late', asked({ forgetExpired: true }), 'FORGET_EXPIRED'],
    [
      'the allowed forgotten key, too late',
      asked({ forgetAllowsSameKey: true, forgetExpired: true }, { presented: former }),
      'FORGET_EXPIRED',
    ],
    ['a new key, where none was forgotten', asked({ fingerprint: former }), 'PIN_NOT_FORGOTTEN'],
    [
      'another agent’s key, where none was forgotten',
      asked({ fingerprint: former }, { holder: agentIdSchema.parse('other') }),
      'PIN_NOT_FORGOTTEN',
    ],
    [
      'the key that was pinned by this very question',
      asked({ fingerprint: fresh }, { holder: agentId }),
      'pinned-already',
    ],
    ['another agent’s key', asked({}, { holder: agentIdSchema.parse('other') }), 'KEY_TAKEN'],
    ['a rejected key', asked({}, { isRejected: true }), 'KEY_REJECTED'],
    ['a new key, by an agent of the other type', asked({}, { type: 'jms' }), 'AGENT_TYPE_OTHER'],
  ])('%s', (_, verdict, expected) => {
    expect(verdict).toBe(expected);
  });
});

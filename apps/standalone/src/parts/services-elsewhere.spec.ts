import { InputInvalidError } from '@longshore/protocol';
import { brokerElsewhere, databaseElsewhere } from './services-elsewhere';

const fingerprint = `sha256/${'A'.repeat(43)}=`;
const broker = {
  BROKER_URL: 'amqps://user:secret@mq.example:5671/longshore',
  BROKER_MANAGEMENT_URL: 'https://user:secret@mq.example:15671',
  BROKER_FINGERPRINTS: `${fingerprint}, ${fingerprint}`,
};
const nothing = (): void => undefined;

describe('services that somebody else runs', () => {
  it('are not there unless they are named', () => {
    expect(databaseElsewhere({}, nothing)).toBeNull();
    expect(brokerElsewhere({ BROKER_URL: '' }, nothing)).toBeNull();
  });

  it('are used as they are named, and said without their passwords', () => {
    const said: string[] = [];
    const say = (text: string): number => said.push(text);
    expect(databaseElsewhere({ DATABASE_URL: 'postgresql://user:secret@db/x' }, say)?.url).toContain('@db/x');
    expect(brokerElsewhere(broker, say)).toMatchObject({
      url: broker.BROKER_URL,
      fingerprints: [fingerprint, fingerprint],
      isOurs: false,
    });
    expect(said.join()).not.toContain('secret');
  });

  it.each([
    ['BROKER_MANAGEMENT_URL', { ...broker, BROKER_MANAGEMENT_URL: undefined }],
    ['BROKER_URL', { ...broker, BROKER_URL: 'amqp://plain.example' }],
    ['BROKER_FINGERPRINTS.0', { ...broker, BROKER_FINGERPRINTS: 'sha1/x' }],
  ])('are refused by the name of %s', (field, environment) => {
    let problem: unknown;
    try {
      brokerElsewhere(environment, nothing);
    } catch (error) {
      problem = error;
    }
    expect(problem).toBeInstanceOf(InputInvalidError);
    expect((problem as InputInvalidError).field).toBe(field);
  });
});

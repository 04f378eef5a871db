import type { CommandMessage } from '@longshore/protocol';
import { JournalUnwritableError } from '../journal/journal-errors';
import { aRunCommand, aRunStep } from '../testing/a-command';
import { CommandIntake } from './command-intake';

it('fetches a command again that came while the disk was full, once there is room', async () => {
  const said: string[] = [];
  let diskIsFull = true;
  const received = { highest: 0, highestId: null };
  const intake = new CommandIntake({
    channel: {
      receiveCommands: async ({ after }) => {
        said.push(`fetch after ${after}`);
      },
    },
    journal: {
      recordCommands: async () => {
        throw new JournalUnwritableError('the disk is full');
      },
      recover: () => undefined,
      get refusesWork() {
        return diskIsFull ? 'the disk is full' : null;
      },
      commandsReceived: received,
      hasCommandGap: false,
      lastGrant: { epoch: 1, nonce: 'n' },
    },
    host: {
      carryOut: (commands: readonly CommandMessage[]) => said.push(`carry out ${commands.length}`),
      note: (text) => said.push(text),
    },
    say: (type, body) => said.push(`${type} ${JSON.stringify(body)}`),
  });
  diskIsFull = false;
  await intake.look();
  diskIsFull = true;
  await intake.receive(aRunCommand(1, aRunStep()));
  await intake.look();
  diskIsFull = false;
  await intake.look();
  expect(said).toEqual([
    'fetch after 0',
    'a command was not accepted',
    'resync {"after":{"commands":0},"reason":"commands are missing"}',
    'fetch after 0',
  ]);
});

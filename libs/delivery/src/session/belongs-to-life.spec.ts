import { randomUUID } from 'node:crypto';
import { incarnationSchema } from '@longshore/protocol';
import { belongsToLife } from './belongs-to-life';

const aLife = () => incarnationSchema.parse(randomUUID());
const [journal, database, other] = [aLife(), aLife(), aLife()];
const now = { incarnation: journal, serverIncarnation: database };

it.each([
  ['of both lives', now, true],
  ['that was said before the server was known', { incarnation: journal, serverIncarnation: null }, true],
  ['that was said before the journal was known', { incarnation: null, serverIncarnation: database }, true],
  ['of an earlier journal', { incarnation: other, serverIncarnation: database }, false],
  ['of an earlier database', { incarnation: journal, serverIncarnation: other }, false],
])('a word %s', (_case, word, belongs) => expect(belongsToLife(word, now)).toBe(belongs));

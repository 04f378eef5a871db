/** Secure inputs and the data key as operators meet them: over REST, on a real server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Process, RotatedDataKey, Run } from '@longshore/rest-contract';
import { useDatabases } from '@longshore/testing';
import { aServer, type AServer, codeIn, parse } from '../testing/a-server';
import { anAgentKey, anEnrolment } from '../testing/an-enrolment';

const aDatabase = useDatabases();
const canary = 'canary-over-rest';
let server: AServer;

beforeAll(async () => {
  server = await aServer(await aDatabase());
}, 60_000);
afterAll(() => server.stop());

const save = (step: object) =>
  server.asAdmin('/api/v1/processes', {
    method: 'POST',
    body: { name: 'p', steps: [{ name: 'only', inputs: { script: 'true' }, ...step }] },
  });
const secureInputsIn = ({ definition }: Process | Run) => definition.steps.map(({ secureInputs }) => secureInputs);

it('are written and never read', async () => {
  const saved = await save({ secureInputs: { TOKEN: canary } });
  expect(saved.status).toBe(201);
  const identity = anAgentKey();
  const token = parse<{ token: string }>(
    (await server.asAdmin('/api/v1/install-tokens', { method: 'POST', body: {} })).text,
  ).token;
  await server.ask('agents', '/agent/v1/enrol', {
    method: 'POST',
    body: await anEnrolment(identity, { token }),
    identity,
  });
  const started = await server.asAdmin('/api/v1/runs', {
    method: 'POST',
    body: { process: 'p', agents: { all: true } },
  });
  expect(started.status).toBe(201);
  const run = parse<Run>(started.text);
  const answers = [
    saved,
    await server.asAdmin('/api/v1/processes'),
    await server.asAdmin('/api/v1/processes/p'),
    started,
    await server.asAdmin(`/api/v1/runs/${run.id}`),
  ];
  for (const { text } of answers) {
    expect(text).toContain('"TOKEN":null');
    expect(text).not.toContain(canary);
    expect(text).not.toContain('box1.');
  }
  expect(secureInputsIn(run)).toEqual([{ TOKEN: null }]);
  const kept = await save({ secureInputs: { TOKEN: null } });
  expect([kept.status, parse<Process>(kept.text).version]).toEqual([201, 1]);
});

it.each([
  [{ secureInputs: { OTHER: null } }, 'steps.0.secureInputs.OTHER'],
  [{ secureInputs: { script: 'x' } }, 'steps.0.secureInputs.script'],
  [{ secureInputs: { 'A-B': 'x' } }, 'steps.0.secureInputs.A-B'],
])('%j is refused by its field and without its value', async (step, field) => {
  const answer = await save(step);
  expect([answer.status, codeIn(answer)]).toEqual([400, 'INPUT_INVALID']);
  expect(parse<{ error: { field: string } }>(answer.text).error.field).toBe(field);
});

it('the data key is rotated by an operator, and who did it stands in the audit', async () => {
  const path = join(server.settings.dataFolder, 'secrets', 'data-keys.json');
  const before = parse<{ current: string }>(readFileSync(path, 'utf8')).current;
  const answer = await server.asAdmin('/api/v1/server/keys/rotate-data-key', { method: 'POST' });
  const { dataKeyId, secretsEncryptedAnew } = parse<RotatedDataKey>(answer.text);
  expect([answer.status, secretsEncryptedAnew]).toEqual([200, 2]);
  expect(dataKeyId).not.toBe(before);
  expect(parse<{ current: string }>(readFileSync(path, 'utf8')).current).toBe(dataKeyId);
  const audited = await server.running.database.query(
    `SELECT actor, target, details FROM audit WHERE action = 'data-key.rotated'`,
  );
  expect(audited).toEqual([{ actor: 'operator:admin', target: dataKeyId, details: { secretsEncryptedAnew: 2 } }]);
});

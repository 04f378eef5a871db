import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayPaths } from '@longshore/protocol';
import { ask } from '../attacker/ask';
import { anInstallToken, enrol } from '../attacker/enrolled-agent';
import { held, record } from '../report/row';
import { Agent } from '../site/agent';
import { countIn } from '../site/database';
import type { SiteFacts } from '../site/site';
import { outputOf, realSite, weakSite } from '../site/site-under-attack';
import { startWaitingStep } from '../site/work';

/** Files whose purpose a secret is; each has to be closed to others (docs/security.md, Keys). */
const keepers = [
  /\/(admin-password|settings\.json)$/,
  /\/server\/(identity|agent-ca|secrets)\//,
  /\/broker\/(rabbitmq\.conf|tls\/key\.pem|home\/\.erlang\.cookie)$/,
  /\/postgres\/connection\.json$/,
  /\/homes\/[^/]+\/(conf|var\/attempts)\//,
];

const unreadable = /\/postgres\/cluster\/|\/broker\/data\//;

function filesIn(folder: string): readonly string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return all.filter((file) => !unreadable.test(file) && existsSync(file) && statSync(file).isFile());
}

/** Command lines and environments of all processes that may be read. */
function processes(): readonly { readonly where: string; readonly text: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) =>
      ['cmdline', 'environ'].map((file) => ({ where: `/proc/${pid}/${file}`, text: textOf(`/proc/${pid}/${file}`) })),
    );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** The secret part may hold the separator as well. */
const secretOf = (token: string): string => token.split('_').slice(2).join('_');

/** A shell step gets its secure inputs as variables of its own. */
const isOwnEnvironment = (where: string, text: string): boolean =>
  where.endsWith('/environ') && text.includes('LONGSHORE_STEP_TOKEN_FILE=');

/** Uses every secret there is, as their owners do, and then looks for it wherever it has no business. */
async function look(
  site: SiteFacts,
  agent: Agent | null,
  ofStep: Readonly<Record<string, string>>,
): Promise<{ searched: number; hits: string[] }> {
  const token = await anInstallToken(site);
  const enrolled = await enrol(site, { name: `l-${randomUUID().slice(0, 8)}`, token });
  const visit = { identity: enrolled.identity, headers: enrolled.headers };
  await ask(site.gatewayPort, gatewayPaths.ping, visit);
  await ask(site.gatewayPort, `${gatewayPaths.ping}?x=1`, { headers: { authorization: `Bearer ${enrolled.apiKey}x` } });
  await ask(site.apiPort, '/api/v1/me', { headers: { authorization: `Bearer ${site.token}` } });
  const kept = readFileSync(join(site.folder, 'server/identity/server.json'), 'utf8');
  const { currentKeyPem } = JSON.parse(kept) as { currentKeyPem: string };
  const canaries: Readonly<Record<string, string>> = {
    'an API key': secretOf(enrolled.apiKey),
    'an install token': token,
    'an API token': site.token,
    "the administrator's password": site.adminPassword,
    ...ofStep,
    "the server's private key": currentKeyPem.split('\n')[1] ?? '',
    ...(site.broker === null ? {} : { "the broker's password": site.broker.adminPassword }),
    ...(agent === null ? {} : { "a running agent's API key": secretOf(agent.apiKey) }),
  };
  const texts = [
    { where: 'the log of the server', text: outputOf(site) },
    ...(agent === null ? [] : [{ where: 'the output of the agent', text: agent.output }]),
    ...processes(),
    ...filesIn(site.folder).map((file) => ({ where: file, text: textOf(file) })),
  ];
  const hits = texts.flatMap(({ where, text }) =>
    Object.entries(canaries)
      .filter(([, canary]) => text.includes(canary) && !keepers.some((keeper) => keeper.test(where)))
      .filter(([name]) => name !== 'a secure input' || !isOwnEnvironment(where, text))
      .map(([name]) => `${name} in ${where}`),
  );
  return { searched: texts.length, hits };
}

describe('when secrets leak', () => {
  it('is not into logs, arguments, environments or open files', async () => {
    const agent = await Agent.start({ site: realSite(), type: 'jms', weakening: null });
    try {
      const secret = randomUUID();
      const step = await startWaitingStep(realSite(), agent, { A_SECRET: secret });
      const ofStep = { 'a secure input': secret, "a step's token": secretOf(step.token) };
      const real = await look(realSite(), agent, ofStep);
      const stored =
        'runs r JOIN processes p ON p.name = r.process_name WHERE r.definition::text || p.definition::text LIKE $1';
      expect(await countIn(realSite(), stored, [`%${secret}%`])).toBe(0);
      await step.end();
      const control = await look(await weakSite('request-log'), null, {});
      expect(real.hits).toEqual([]);
      for (const file of filesIn(realSite().folder).filter((name) => keepers.some((keeper) => keeper.test(name)))) {
        const isSecret =
          /password|settings\.json|\.key$|api-key|authority|rabbitmq\.conf|connection\.json|server\.json|cookie/.test(
            file,
          );
        if (isSecret) expect([file, statSync(file).mode & 0o077]).toEqual([file, 0]);
      }
      const row = record({
        attack: "canaries of every secret, a running step's too, in logs, arguments, environments, files",
        ...{ attempts: real.searched, refused: real.searched - real.hits.length },
        control: { weakening: 'request-log', attempts: control.searched, succeeded: control.hits.length },
      });
      expect(row).toEqual(held(real.searched));
    } finally {
      await agent.stop();
    }
  });
});

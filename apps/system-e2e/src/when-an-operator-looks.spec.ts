/** The console in a real browser, from sign-in to sign-out, against the running installation. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { type ConsoleBrowser, openConsole } from './browser/console-browser';
import { cellOf, goTo, rowOf, runMark, signIn, startRun, writeProcess } from './browser/operator';
import { agentOfType, client, closeClient, command, ready, untilOnline } from './installation/installation';
import { distFolder } from './installation/launcher';

const processName = `Looked at ${process.pid}`;
const longName = `Long enough ${process.pid}`;
/** Two heartbeats of 15 s and their jitter, and what the page needs to hear of it. */
const noticedWithinMs = 45_000;

describe('when an operator looks', () => {
  let browser: ConsoleBrowser;

  beforeAll(async () => {
    for (const agent of ready.agents) await untilOnline(agent);
    browser = await openConsole(ready.console);
  });
  afterAll(async () => {
    await browser.close();
    await closeClient();
  });

  it('lets in only by the right password, and shows the key that was pinned', async () => {
    const { page } = browser;
    await signIn(page, 'not the password');
    await page.getByRole('alert').getByText('User and password do not match.').waitFor();
    await signIn(page, ready.admin.password);
    await page.getByRole('heading', { name: 'Fleet', level: 1 }).waitFor();
    await goTo(page, 'Server');
    await page.getByText(ready.fingerprint, { exact: true }).waitFor();
    await page.getByText('Connected', { exact: true }).waitFor();
  });

  it('shows both agents online, each with both legs', async () => {
    const { page } = browser;
    await goTo(page, 'Fleet');
    for (const { id, type } of ready.agents) {
      const row = rowOf(page, id);
      await row.getByText('Online', { exact: true }).waitFor();
      const said = await row.innerText();
      expect(said).toMatch(type === 'web' ? /WebSocket\s+up · \d+ s/ : /AMQP\s+up · \d+ s/);
      expect(said).toMatch(/HTTPS\s+up · \d+ s/);
    }
  });

  it('shows the lines of a step while it runs, and the end of a process that was written in the form', async () => {
    const { page } = browser;
    await writeProcess(page, processName, [
      { name: 'left', script: 'for i in 1 2 3 4; do echo "left line $i"; sleep 0.7; done' },
      { name: 'right', script: 'echo right' },
      { name: 'join', script: 'echo joined', needs: ['left', 'right'] },
    ]);
    const id = await startRun(page, null);
    const [agent] = ready.agents;
    await cellOf(page, 'left', agent?.id ?? '').click();
    await page.getByRole('log').getByText('left line 1', { exact: true }).waitFor();
    expect((await client.run(id)).state).toBe('running');
    await runMark(page, 'Running').waitFor();
    await page.getByRole('log').getByText('left line 4', { exact: true }).waitFor();
    await runMark(page, 'Succeeded').waitFor();
    for (const each of ready.agents) {
      expect(await cellOf(page, 'join', each.id).getAttribute('aria-label')).toContain('succeeded');
    }
    const run = await client.run(id);
    expect(run.items.map(({ step, outcome }) => `${step} ${outcome}`).sort()).toEqual(
      ['join', 'left', 'right'].flatMap((step) => ready.agents.map(() => `${step} succeeded`)),
    );
  });

  it('forgets a certificate on the agent’s page, sees the same key come back, and reads both in the audit', async () => {
    const { page } = browser;
    const agent = agentOfType('jms');
    await goTo(page, 'Fleet');
    await rowOf(page, agent.id).click();
    await page.getByRole('tab', { name: 'Configuration' }).click();
    await page.getByRole('region', { name: 'Pinned key' }).getByRole('button', { name: 'Forget certificate' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('The same key may come back').check();
    await dialog.getByRole('button', { name: 'Forget the certificate' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await untilOnline(agent);
    await page.getByRole('main').getByText('Online', { exact: true }).waitFor();
    await goTo(page, 'Security');
    await page.getByRole('tab', { name: 'Audit' }).click();
    await page.getByText('agent.certificate-forgotten').first().waitFor();
    await page.getByRole('tab', { name: 'Server keys' }).click();
    await page.getByText(ready.fingerprint).first().waitFor();
  });

  describe('while one agent is stopped', () => {
    const stopped = agentOfType('web');
    const present = agentOfType('jms');

    beforeAll(() => command('agent', 'stop', '--home', stopped.home));

    it('cancels a run on the other one, and only when that is confirmed', async () => {
      const { page } = browser;
      await writeProcess(page, longName, [{ name: 'wait', script: 'echo waiting; sleep 300' }]);
      const id = await startRun(page, present.name);
      await page.getByRole('log').getByText('waiting', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
      await page.getByRole('button', { name: 'Let it go on' }).click();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      expect((await client.run(id)).items[0]?.attempts[0]).toMatchObject({ state: 'running', cancelRequestedAt: null });
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
      await page.getByRole('button', { name: 'Cancel the run' }).click();
      await runMark(page, 'Cancelled').waitFor();
      expect(await client.run(id)).toMatchObject({ state: 'cancelled', items: [{ agentId: present.id }] });
    });

    it('says that it is offline and why, and that it is online when it has returned', async () => {
      const { page } = browser;
      await goTo(page, 'Fleet');
      const row = rowOf(page, stopped.id);
      await row.getByText('Offline', { exact: true }).waitFor({ timeout: noticedWithinMs });
      await rowOf(page, present.id).getByText('Online', { exact: true }).waitFor();
      await row.click();
      await page
        .getByRole('alert')
        .getByText(/^WebSocket: .*last round trip \d+ s ago$/)
        .waitFor();
      const returned = [resolve(distFolder, 'agent/main.js'), 'run', '--home', stopped.home];
      spawn(process.execPath, returned, { stdio: 'ignore', detached: true }).unref();
      await page.getByRole('main').getByText('Online', { exact: true }).waitFor();
      await page.getByRole('alert').waitFor({ state: 'hidden' });
    });
  });

  it('signs out, and a page that was open asks for the password again', async () => {
    const { page } = browser;
    await page.getByRole('button', { name: ready.admin.user }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.goto(`${ready.console}/fleet`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  it('has done all this without an error in the console and without asking anybody else', () => {
    expect(browser.complaints).toEqual([]);
  });
});

/** What an operator does in the console, by what can be seen and read there: labels, buttons, rows; never markup. */
import type { Locator, Page } from 'playwright-core';
import type { RunId } from '@longshore/protocol';
import { until } from '../installation/installation';

export interface WrittenStep {
  readonly name: string;
  readonly script: string;
  readonly needs?: readonly string[];
}

export async function signIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export const goTo = (page: Page, place: 'Fleet' | 'Processes' | 'Runs' | 'Security' | 'Server'): Promise<void> =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place, exact: true }).click();

export const rowOf = (page: Page, agentId: string): Locator =>
  page.getByRole('list', { name: 'Agents' }).getByRole('listitem').filter({ hasText: agentId });

/** What the page says of its run: the mark beside the title. */
export const runMark = (page: Page, state: string): Locator =>
  page.getByRole('main').getByText(state, { exact: true }).first();

export const cellOf = (page: Page, step: string, agentId: string): Locator =>
  page.getByRole('button', { name: `${step} on ${agentId}: ` });

export async function writeProcess(page: Page, name: string, steps: readonly WrittenStep[]): Promise<void> {
  await goTo(page, 'Processes');
  await page.getByRole('link', { name: 'New process' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  for (const [index, step] of steps.entries()) {
    if (index > 0) await page.getByRole('button', { name: 'Add a step' }).click();
    await writeStep(page, page.getByRole('region', { name: `Step ${index + 1}`, exact: true }), step);
  }
  await page.getByRole('button', { name: 'Save process' }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
}

async function writeStep(page: Page, card: Locator, { name, script, needs = [] }: WrittenStep): Promise<void> {
  await card.getByLabel('Step name').fill(name);
  await card.getByLabel('Script').fill(script);
  if (needs.length > 0) await choose(page, card.getByRole('combobox', { name: 'Needs' }), needs);
}

/** The list stays open until all are chosen: it covers what is below it, so it is closed as a person would. */
async function choose(page: Page, field: Locator, names: readonly string[]): Promise<void> {
  await field.click();
  for (const name of names) await page.getByRole('option', { name, exact: true }).click();
  await page.keyboard.press('Escape');
}

/** From the process's page to the run's, on all agents or on a chosen one; answers with the run's id. */
export async function startRun(page: Page, chosenName: string | null): Promise<RunId> {
  await page.getByRole('main').getByRole('link', { name: 'Run', exact: true }).click();
  if (chosenName !== null) {
    await page.getByText('Chosen ones', { exact: true }).click();
    await choose(page, page.getByRole('combobox', { name: 'Agents' }), [chosenName]);
  }
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  return until(
    'the run page',
    10_000,
    async () => /\/runs\/([0-9a-f-]{36})/.exec(page.url())?.[1] as RunId | undefined,
  );
}

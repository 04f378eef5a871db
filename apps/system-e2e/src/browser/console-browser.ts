/**
 * The console as an operator has it: one page in a real Chromium. Everything the page says or does that nobody should
 * ever see is kept, and a spec asks for it at its end: `complaints` has to stay empty.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type ConsoleMessage, type Page } from 'playwright-core';
import { headlessOptions, locateChromium } from '@longshore/embedded';

export interface ConsoleBrowser {
  readonly page: Page;
  /** Console errors, uncaught exceptions, violations of the content security policy, requests to another host. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

const actionTimeoutMs = 15_000;

export async function openConsole(address: string): Promise<ConsoleBrowser> {
  const { executablePath, env } = await locateChromium({ log: () => undefined });
  const profile = mkdtempSync(join(tmpdir(), 'longshore-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [...headlessOptions],
    env: { ...process.env, ...env },
    // The certificate is self-signed: people compare the key on the server page, and so does the spec.
    ignoreHTTPSErrors: true,
    viewport: { width: 1280, height: 900 },
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(actionTimeoutMs);
  const complaints: string[] = [];
  listen(context, page, new URL(address).host, complaints);
  await page.goto(address);
  const close = async (): Promise<void> => {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  return { page, complaints, close };
}

function listen(context: BrowserContext, page: Page, host: string, complaints: string[]): void {
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.host !== host || url.protocol !== 'https:') complaints.push(`request to ${request.url()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !isRefusedSignIn(message)) complaints.push(`console: ${message.text()}`);
  });
}

/** Chromium reports each 401 as an error; asking who is signed in, and a wrong password, are answered so. */
function isRefusedSignIn(message: ConsoleMessage): boolean {
  return /\b401\b/.test(message.text()) && /\/api\/v1\/(me|session)$/.test(message.location().url);
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { headlessOptions, locateChromium } from './chromium';

// The first run of a machine fetches and unpacks the browser.
jest.setTimeout(600_000);

it('finds or unpacks a Chromium that a browser test can drive', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-browser-'));
  const { executablePath, env } = await locateChromium({ log: () => undefined });
  const browser = await chromium.launch({
    executablePath,
    args: [...headlessOptions],
    env: { ...process.env, ...env } as Record<string, string>,
  });
  try {
    const page = await browser.newPage();
    await page.setContent('<h1 style="font-size:40px">Longshore</h1>');
    const box = await page.locator('h1').boundingBox();
    // Without a font the text has no height.
    expect(box?.height).toBeGreaterThan(30);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

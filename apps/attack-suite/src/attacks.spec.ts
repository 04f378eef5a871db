/**
 * Attacks on real processes, each with its positive control: the same attack against a bundle with one named defence
 * switched off has to get through, or the row proves nothing (docs/security.md, Threat model).
 */
import './attacks/when-a-chain-is-forged';
import './attacks/when-a-rogue-answers';
import './attacks/when-a-session-is-stolen';
import './attacks/when-an-agent-pretends';
import './attacks/when-an-agent-roams-the-broker';
import './attacks/when-an-install-token-is-misused';
import './attacks/when-certificates-are-odd';
import './attacks/when-production-is-built';
import './attacks/when-routes-are-tried';
import './attacks/when-secrets-are-compared';
import './attacks/when-secrets-leak';
import './attacks/when-the-broker-is-hostile';
import './attacks/when-the-broker-replays';
import './attacks/when-tls-is-old';
import './attacks/when-a-forgotten-agent-returns';
import './attacks/when-a-key-is-moved';
import './attacks/when-the-chain-door-is-pushed';
import { resolve } from 'node:path';
import { writeReport } from './report/report';
import { isAlive, takeFaults, startProduct, stopAll } from './site/site-under-attack';

beforeAll(startProduct, 120_000);
afterAll(async () => {
  const file = resolve(__dirname, '../../../dist/attack-suite/report.md');
  process.stdout.write(`\n${writeReport(file)}\n\nwritten to ${file}\n`);
  await stopAll();
}, 120_000);
afterEach(() => {
  expect(isAlive()).toBe(true);
  expect(takeFaults()).toEqual([]);
});

/** API tokens of operators: a good one, and two that were. */
import { randomUUID } from 'node:crypto';
import { changeOne } from '../site/database';
import { asOperator, type SiteFacts } from '../site/site';

export async function anApiToken(site: SiteFacts, expiresInDays?: number): Promise<{ id: string; token: string }> {
  const body = { name: `t-${randomUUID().slice(0, 8)}`, ...(expiresInDays === undefined ? {} : { expiresInDays }) };
  const { text } = await asOperator(site, '/api/v1/api-tokens', { method: 'POST', body });
  return JSON.parse(text) as { id: string; token: string };
}

export async function anExpiredToken(site: SiteFacts): Promise<string> {
  const { token } = await anApiToken(site);
  const [, id] = token.split('_');
  await changeOne(site, `UPDATE access_tokens SET expires_at = now() - interval '1 minute' WHERE id = $1`, [id]);
  return token;
}

export async function aRevokedToken(site: SiteFacts): Promise<string> {
  const { token } = await anApiToken(site);
  await asOperator(site, `/api/v1/api-tokens/${token.split('_')[1]}`, { method: 'DELETE' });
  return token;
}

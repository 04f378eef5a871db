/** What stands in a site's database, read and changed by the suite itself: what an attack brought about is counted there. */
import { Client } from 'pg';
import type { SiteFacts } from './site';

export async function rowsOf<Row extends object>(
  { databaseUrl }: SiteFacts,
  statement: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(statement, [...values])).rows;
  } finally {
    await client.end();
  }
}

export async function changeOne(site: SiteFacts, statement: string, values: readonly unknown[]): Promise<void> {
  const rows = await rowsOf(site, `${statement} RETURNING 1 AS changed`, values);
  if (rows.length !== 1) throw new Error(`${rows.length} rows were changed`);
}

/** How many rows there are. */
export async function countIn(site: SiteFacts, from: string, values: readonly unknown[]): Promise<number> {
  const [row] = await rowsOf<{ count: number }>(site, `SELECT count(*)::int AS count FROM ${from}`, values);
  return row?.count ?? 0;
}

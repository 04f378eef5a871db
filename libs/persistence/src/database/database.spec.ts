import { useDatabases } from '@longshore/testing';
import { Database } from './database';
import { DatabaseUnavailableError } from './database-errors';

const aDatabase = useDatabases();

describe('the database', () => {
  let database: Database;
  beforeEach(async () => {
    database = await Database.open({ url: await aDatabase(), log: () => undefined });
  });
  afterEach(() => database.close());

  it('survives a connection that is lost in the middle of a transaction, between two statements', async () => {
    const lost = database.withTransaction(async (transaction) => {
      const [self] = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await database.query('SELECT pg_terminate_backend($1)', [self?.pid]);
      await new Promise((resolve) => setTimeout(resolve, 200));
      await transaction.query('SELECT 1');
    });
    await expect(lost).rejects.toThrow(DatabaseUnavailableError);
    expect(await database.withTransaction((transaction) => transaction.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  });
});

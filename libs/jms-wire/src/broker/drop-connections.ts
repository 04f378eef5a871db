/** Closes every connection that a user has opened, in the moment: the answer comes when they are closed. */
import { BrokerManagementFailedError } from '../jms-errors';
import type { BrokerManagement } from './broker-management';

/** RabbitMQ answers 500 where one of them ends by itself meanwhile, as those of a deleted user do. */
const tries = 5;

export async function dropConnections(management: BrokerManagement, user: string): Promise<void> {
  for (let left = tries; ; left -= 1) {
    try {
      return await management.delete(['connections', 'username', user]);
    } catch (error) {
      if (left === 1 || !(error instanceof BrokerManagementFailedError) || error.status !== 500) throw error;
    }
  }
}

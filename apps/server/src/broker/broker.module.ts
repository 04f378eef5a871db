/** The message broker and who may use it. */
import { Module } from '@nestjs/common';
import { BrokerAccess } from './broker-access';
import { StoredBrokerAccounts } from './broker-accounts';

@Module({ providers: [BrokerAccess, StoredBrokerAccounts], exports: [BrokerAccess, StoredBrokerAccounts] })
export class BrokerModule {}

/** The message broker and who may use it. */
import { Module } from '@nestjs/common';
import { AgentAuthority } from './agent-authority';
import { BrokerAccess } from './broker-access';
import { StoredBrokerAccounts } from './broker-accounts';

@Module({ providers: [AgentAuthority, BrokerAccess, StoredBrokerAccounts], exports: [BrokerAccess] })
export class BrokerModule {}

/**
 * Builds the delivery half of a server from its database and what it has to say in a welcome: the one place that
 * knows how the parts hang together, used by the Nest module and by specs alike.
 */
import type { CommandSource, GatewayIntake } from '@longshore/delivery';
import {
  type Database,
  DispatchStore,
  OutboxStore,
  RefusalStore,
  ReportStore,
  RunStore,
  type ServerRecord,
  SessionStore,
} from '@longshore/persistence';
import type { StepSecrets } from '../secrets/step-secrets';
import { AgentSessions } from './agent-sessions';
import { AgentWords } from './agent-words';
import { CommandDispatcher } from './command-dispatcher';
import { DeliveryUpkeep } from './delivery-upkeep';
import { Envelopes } from './envelopes';
import { EventIntake } from './event-intake';
import { RunDefinitions } from './run-definitions';
import { ServerChannels } from './server-channels';
import { ServerGatewayIntake } from './server-gateway-intake';
import { SessionGrants } from './session-grants';
import { StatusReports } from './status-reports';
import { Wakeups } from './wakeups';
import type { WelcomeContent } from './welcome-content';
import { WorkOffers } from './work-offers';

export interface DeliveryOptions {
  readonly database: Database;
  readonly server: ServerRecord;
  readonly welcome: WelcomeContent;
  readonly secrets: StepSecrets;
  readonly log: (line: string, error: unknown) => void;
  readonly retentionMs?: number;
}

export interface DeliveryParts {
  readonly intake: GatewayIntake;
  readonly commands: CommandSource;
  readonly channels: ServerChannels;
  readonly wakeups: Wakeups;
  readonly sessions: AgentSessions;
  readonly dispatcher: CommandDispatcher;
  readonly statuses: StatusReports;
  readonly upkeep: DeliveryUpkeep;
}

const defaultRetentionMs = 24 * 60 * 60 * 1000;

export function composeDelivery(options: DeliveryOptions): DeliveryParts {
  const { database, log, secrets } = options;
  const wakeups = new Wakeups();
  const channels = new ServerChannels();
  const envelopes = new Envelopes(options.server);
  const stores = {
    sessions: new SessionStore(database),
    outbox: new OutboxStore(database),
    reports: new ReportStore(database),
    refusals: new RefusalStore(database),
    dispatch: new DispatchStore(database),
  };
  const words = new AgentWords(stores.sessions, envelopes, channels);
  const definitions = new RunDefinitions(new RunStore(database), (definition) => secrets.canOpen(definition));
  const offers = new WorkOffers({ ...stores, database, definitions, secrets });
  const dispatcher = new CommandDispatcher({ ...stores, offers, envelopes, channels, wakeups, log });
  const statuses = new StatusReports({ ...stores, envelopes, words, wakeups, log });
  const grants = new SessionGrants({ ...stores, database, offers });
  const sessions = new AgentSessions({
    ...stores,
    grants,
    statuses,
    dispatcher,
    words,
    wakeups,
    serverIncarnation: options.server.incarnation,
    welcome: options.welcome,
  });
  const events = new EventIntake({ ...stores, database, words, wakeups });
  const intake = new ServerGatewayIntake({ sessions, events, refusals: stores.refusals, log });
  const upkeep = new DeliveryUpkeep({
    ...stores,
    database,
    dispatcher,
    log,
    retentionMs: options.retentionMs ?? defaultRetentionMs,
  });
  return { intake, commands: dispatcher, channels, wakeups, sessions, dispatcher, statuses, upkeep };
}

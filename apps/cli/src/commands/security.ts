/** `security`: the policy for all agents, what was refused, and who did what. */
import type { Command } from 'commander';
import { z } from 'zod';
import { securityPolicySchema, type SecurityPolicy, type UpdateSecurityPolicy } from '@longshore/rest-contract';
import { withClient } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { eventsText } from '../output/security-events-text';
import { formatFacts, formatTable } from '../output/table';
import type { Paint } from '../output/paint';
import { onOrOff, readAgentId, readOptions, wholeNumber } from './options';

const enrolments = securityPolicySchema.shape.enrolment;

const policySchema = z.object({
  enrolment: z.enum(enrolments.options, `must be ${enrolments.options.join(', ')}`).optional(),
  mutualAuthentication: onOrOff.optional(),
  agentKeyMaxAge: z
    .string()
    .regex(/^(never|[1-9]\d{0,3})$/, 'must be a number of days, or never')
    .transform((text) => (text === 'never' ? null : Number(text)))
    .pipe(z.int().max(3650, 'must be at most 3650').nullable())
    .optional(),
});
type PolicyOptions = z.infer<typeof policySchema>;

const pageSchema = z.object({
  limit: wholeNumber.pipe(z.int().min(1, 'must be 1 to 500').max(500, 'must be 1 to 500')),
  before: z
    .string()
    .regex(/^\d{1,18}$/, 'must be the id of an entry')
    .optional(),
});
const eventsSchema = pageSchema.extend({ agent: z.string().optional() });

export function registerSecurity(program: Command, bind: Bind): void {
  const security = program
    .command('security')
    .description('Show and set the security policy; show what was refused and done.');
  const policy = security
    .command('policy', { isDefault: true })
    .description('Show the policy for all agents, or change what is said.')
    .option(`--enrolment <${enrolments.options.join('|')}>`, 'who may become an agent')
    .option('--mutual-authentication <on|off>', 'whether the broker demands a client certificate of every JMS agent')
    .option('--agent-key-max-age <days|never>', 'at which age an agent’s key is replaced by itself');
  bind(policy, (options: unknown) => showOrChangePolicy(readOptions(policySchema, options)));
  const events = security
    .command('events')
    .description('List what was refused, newest first; for a wrong key with both fingerprints.')
    .option('--agent <id>', 'only those that concern it');
  bind(paged(events), (options: unknown) => listEvents(readOptions(eventsSchema, options)));
  const audit = security.command('audit').description('List who did what, newest first.');
  bind(paged(audit), (options: unknown) => listAudit(readOptions(pageSchema, options)));
}

function paged(command: Command): Command {
  return command
    .option('--limit <number>', 'how many', '50')
    .option('--before <id>', 'those that came before this one');
}

function showOrChangePolicy(options: PolicyOptions): Act {
  return async (context) => {
    const change = changeOf(options);
    const policy = await withClient(context, (client) =>
      Object.keys(change).length === 0 ? client.securityPolicy() : client.updateSecurityPolicy(change),
    );
    return { json: policy, text: policyText(policy, context.paint) };
  };
}

function changeOf({ enrolment, mutualAuthentication, agentKeyMaxAge }: PolicyOptions): UpdateSecurityPolicy {
  return {
    ...(enrolment === undefined ? {} : { enrolment }),
    ...(mutualAuthentication === undefined ? {} : { mutualAuthenticationForAll: mutualAuthentication }),
    ...(agentKeyMaxAge === undefined ? {} : { agentKeyMaxAgeDays: agentKeyMaxAge }),
  };
}

const enrolmentWords: Readonly<Record<SecurityPolicy['enrolment'], string>> = {
  'tokens-and-first-use': 'with a token, or without one and then awaiting approval',
  'tokens-only': 'only with a token',
  closed: 'closed',
};

function policyText(policy: SecurityPolicy, paint: Paint): string {
  const { enrolment, mutualAuthenticationForAll, agentKeyMaxAgeDays } = policy;
  const age = agentKeyMaxAgeDays === null ? 'never replaced by itself' : `replaced after ${agentKeyMaxAgeDays} days`;
  return formatFacts(
    [
      ['Enrolment', `${enrolment} (${enrolmentWords[enrolment]})`],
      [
        'Mutual authentication',
        mutualAuthenticationForAll ? 'on, for every JMS agent' : 'off, but for agents that have it on',
      ],
      ['An agent’s key', age],
    ],
    paint,
  );
}

function listEvents({ agent, before, limit }: z.infer<typeof eventsSchema>): Act {
  return async (context) => {
    const concerned = agent === undefined ? {} : { agent: readAgentId(agent) };
    const query = { limit, ...concerned, ...(before === undefined ? {} : { before }) };
    const list = await withClient(context, (client) => client.securityEvents(query));
    return { json: list, text: list.events.length === 0 ? 'no event\n' : eventsText(list.events, context.paint) };
  };
}

function listAudit({ before, limit }: z.infer<typeof pageSchema>): Act {
  return async (context) => {
    const query = { limit, ...(before === undefined ? {} : { before }) };
    const list = await withClient(context, (client) => client.audit(query));
    const rows = list.entries.map(({ id, at, actor, action, target, details }) => [
      id,
      at,
      actor,
      action,
      target,
      details === null ? '' : JSON.stringify(details),
    ]);
    const head = ['ID', 'AT', 'WHO', 'DID', 'TO', 'DETAILS'];
    return { json: list, text: rows.length === 0 ? 'no entry\n' : formatTable(head, rows, context.paint) };
  };
}

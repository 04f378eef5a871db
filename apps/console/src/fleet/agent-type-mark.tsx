/** Web or JMS, as chosen when the agent was installed. */
import { Badge } from '@mantine/core';
import type { AgentType } from '@longshore/protocol';

export const agentTypeNames: Readonly<Record<AgentType, string>> = { web: 'Web', jms: 'JMS' };

export function AgentTypeMark({ type }: { readonly type: AgentType }) {
  return (
    <Badge variant="outline" color={type === 'web' ? 'harbour' : 'violet'} tt="none" radius="sm">
      {agentTypeNames[type]}
    </Badge>
  );
}

/** Marks an agent that cannot come in, for want of a pin or of an API key. The others carry no mark. */
import { Badge } from '@mantine/core';
import type { Agent } from '@longshore/rest-contract';
import { trustGapNames, trustGapsOf } from './agent-trust';

export function TrustMark({ agent }: { readonly agent: Agent }) {
  return trustGapsOf(agent).map((gap) => (
    <Badge key={gap} variant="light" color={gap === 'no-pin' ? 'orange' : 'red'} tt="none" fw={600} radius="sm">
      {trustGapNames[gap]}
    </Badge>
  ));
}

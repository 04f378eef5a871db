/** *Forget certificate*: the pin goes, the agent stays, and for a while another key may be pinned in its place. */
import { Checkbox, Code, List, Select, Text } from '@mantine/core';
import { IconShieldOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { Agent } from '@longshore/rest-contract';
import { AskedButton } from '../frame/asked-button';
import { client } from '../link/client';
import { rePinCommand } from './host-commands';
import { useAgentRefresh } from './use-agent-refresh';

const validities = [
  { value: '60', label: '1 hour' },
  { value: '1440', label: '1 day' },
  { value: '10080', label: '1 week' },
  { value: '43200', label: '30 days' },
];

export function ForgetCertificate({ agent }: { readonly agent: Agent }) {
  const refresh = useAgentRefresh();
  const [allowSameKey, setAllowSameKey] = useState(false);
  const [minutes, setMinutes] = useState('1440');
  return (
    <AskedButton
      label={agent.fingerprint === null ? 'Forget once more' : 'Forget certificate'}
      leftSection={<IconShieldOff size={16} />}
      isDangerous
      title={`Forget the certificate of ${agent.name}?`}
      confirm="Forget the certificate"
      failure="The certificate was not forgotten"
      act={() => client.forgetCertificate(agent.id, { allowSameKey, expiresInMinutes: Number(minutes) })}
      onDone={refresh}
    >
      <List size="sm" spacing={4}>
        <List.Item>Its connections are closed at once, and it gets no work. Its work and its history stay.</List.Item>
        <List.Item>
          The next key that comes with this agent’s API key is pinned. On the host, stop the agent and run{' '}
          <Code>{rePinCommand({ ...agent, security: { ...agent.security, forgotten: null } })}</Code>
          {allowSameKey && ' (without --new-key, it comes back with the same key)'}, then start it.
        </List.Item>
        <List.Item>If nothing comes in time, it has to be forgotten once more.</List.Item>
      </List>
      <Select
        label="A key may come for"
        data={validities}
        value={minutes}
        onChange={(value) => setMinutes(value ?? minutes)}
        allowDeselect={false}
        maw={220}
      />
      <Checkbox
        label="The same key may come back"
        description="Leave it off when the old key may be in foreign hands: then it stays out for good."
        checked={allowSameKey}
        onChange={(event) => setAllowSameKey(event.currentTarget.checked)}
      />
      {agent.security.apiKey === null && (
        <Text size="sm">Its API key is revoked as well: regenerate it, or no key can be pinned.</Text>
      )}
    </AskedButton>
  );
}

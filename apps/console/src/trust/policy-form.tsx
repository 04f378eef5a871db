/** Who may become an agent, how agents must identify themselves, and how long a key may serve. */
import { Button, Card, Group, NumberInput, Radio, Stack, Switch, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { securityPolicySchema, type SecurityPolicy } from '@longshore/rest-contract';
import { errorAt, errorsOf, problemsOf, type FieldErrors } from '../frame/field-errors';
import { FailureNotice } from '../frame/failure-notice';
import { Loaded } from '../frame/loaded';
import { client } from '../link/client';
import { securityPolicyQuery } from '../link/queries';

export function PolicySection() {
  const policy = useQuery(securityPolicyQuery);
  return (
    <Loaded query={policy} what="the policy">
      {(saved) => <PolicyForm key={JSON.stringify(saved)} saved={saved} />}
    </Loaded>
  );
}

function PolicyForm({ saved }: { readonly saved: SecurityPolicy }) {
  const queries = useQueryClient();
  const [policy, setPolicy] = useState(saved);
  const [mistakes, setMistakes] = useState<FieldErrors>(new Map());
  const save = useMutation({
    mutationFn: () => client.updateSecurityPolicy(policy),
    onSuccess: (answer) => {
      queries.setQueryData(securityPolicyQuery.queryKey, answer);
      notifications.show({ message: 'The policy is saved and in force', color: 'teal' });
      return queries.invalidateQueries({ queryKey: ['agents'] });
    },
  });
  const errors = new Map([...errorsOf(save.error), ...mistakes]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = securityPolicySchema.safeParse(policy);
    setMistakes(parsed.success ? new Map() : problemsOf(parsed.error));
    if (parsed.success) save.mutate();
  };
  return (
    <Card component="form" onSubmit={submit} aria-label="Policy" maw={720}>
      <Title order={2} size="h5" mb="md">
        Policy
      </Title>
      <Stack gap="lg">
        {save.error !== null && errors.size === 0 && (
          <FailureNotice error={save.error} doing="The policy was not saved" />
        )}
        <PolicyFields policy={policy} errors={errors} onChange={(change) => setPolicy({ ...policy, ...change })} />
        <Group>
          <Button type="submit" loading={save.isPending} disabled={JSON.stringify(policy) === JSON.stringify(saved)}>
            Save the policy
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

const enrolmentModes: readonly (readonly [SecurityPolicy['enrolment'], string, string])[] = [
  ['tokens-and-first-use', 'With a token, or without', 'Who comes without a token waits for an operator’s approval.'],
  ['tokens-only', 'With a token only', 'An agent that shows no valid install token is refused.'],
  ['closed', 'Nobody', 'Every enrolment is refused. Agents that are known go on working.'],
];

interface PolicyFieldsProps {
  readonly policy: SecurityPolicy;
  readonly errors: FieldErrors;
  readonly onChange: (change: Partial<SecurityPolicy>) => void;
}

function PolicyFields({ policy, errors, onChange }: PolicyFieldsProps) {
  return (
    <>
      <Radio.Group
        label="Who may become an agent"
        value={policy.enrolment}
        onChange={(enrolment) => onChange({ enrolment })}
        error={errorAt(errors, 'enrolment')}
      >
        <Stack gap="xs" mt="xs">
          {enrolmentModes.map(([value, label, description]) => (
            <Radio key={value} value={value} label={label} description={description} />
          ))}
        </Stack>
      </Radio.Group>
      <Switch
        label="Require client certificates from all JMS agents"
        description="The broker takes a certificate for the agent’s own pinned key and no longer its API key alone. Connections are closed and made anew; agents fetch their certificate by themselves."
        checked={policy.mutualAuthenticationForAll}
        onChange={(event) => onChange({ mutualAuthenticationForAll: event.currentTarget.checked })}
        error={errorAt(errors, 'mutualAuthenticationForAll')}
      />
      <KeyAgeField policy={policy} errors={errors} onChange={onChange} />
    </>
  );
}

function KeyAgeField({ policy, errors, onChange }: PolicyFieldsProps) {
  const days = policy.agentKeyMaxAgeDays;
  return (
    <div>
      <NumberInput
        label="Replace agents’ keys after (days)"
        description="Empty: never by itself. Agents make the new key themselves and go on working while it is exchanged."
        value={days ?? ''}
        onChange={(value) => onChange({ agentKeyMaxAgeDays: value === '' ? null : Number(value) })}
        min={1}
        max={3650}
        allowDecimal={false}
        maw={420}
        error={errorAt(errors, 'agentKeyMaxAgeDays')}
      />
      {days !== null && days < 7 && (
        <Text size="xs" c="dimmed" mt={4}>
          Agents that are away for longer replace their key as soon as they return.
        </Text>
      )}
    </div>
  );
}

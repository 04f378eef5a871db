/** What happened, in the server's own words, and what can be done about it. */
import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ApiUnreachableError } from '@longshore/rest-client';

export interface FailureNoticeProps {
  readonly error: Error;
  /** What was being done: `The run could not be started`. */
  readonly doing: string;
  readonly onRetry?: () => void;
}

export function FailureNotice({ error, doing, onRetry }: FailureNoticeProps) {
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={doing} role="alert">
      <Group justify="space-between" align="end">
        <Text size="sm">{sentence(error)}</Text>
        {onRetry !== undefined && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}

export function sentence(error: Error): string {
  if (error instanceof ApiUnreachableError)
    return 'The server did not answer. It may be restarting, or the line to it is down.';
  const text = error.message.charAt(0).toUpperCase() + error.message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A fault of the console itself: said plainly, with a way on. */
import { Button, Center, Group, Stack } from '@mantine/core';
import { useRouteError } from 'react-router';
import { FailureNotice } from './failure-notice';

export function PageCrash() {
  const thrown = useRouteError();
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return (
    <Center p="xl">
      <Stack maw={560}>
        <FailureNotice error={error} doing="This page could not be shown" />
        <Group>
          <Button variant="default" onClick={() => location.reload()}>
            Load it again
          </Button>
          <Button variant="default" component="a" href="/fleet">
            To the fleet
          </Button>
        </Group>
      </Stack>
    </Center>
  );
}

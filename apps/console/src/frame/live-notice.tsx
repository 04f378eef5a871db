/** Honest about itself: while the server is not heard, the page says how old it is. */
import { Alert } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { TickingAge } from '../clock/ticking-age';
import { useLiveState } from '../link/live-state';

export function LiveNotice() {
  const live = useLiveState();
  if (live.state !== 'lost') return null;
  return (
    <Alert color="orange" variant="light" icon={<IconPlugConnectedX />} mb="md" py="xs" role="status">
      No contact with the server for <TickingAge ageMs={0} asOf={live.since} />. What you see is from then; the console
      keeps trying.
    </Alert>
  );
}

/** An empty place that says why it is empty and what to do next. */
import { Card, EmptyState, Stack } from '@mantine/core';
import type { ReactNode } from 'react';

export interface NothingHereProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
}

export function NothingHere({ icon, title, children }: NothingHereProps) {
  return (
    <Card py={48}>
      <EmptyState
        icon={icon}
        title={title}
        variant="light"
        description={
          <Stack align="center" gap="md" maw={460}>
            {children}
          </Stack>
        }
      />
    </Card>
  );
}

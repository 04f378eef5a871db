/** Top of every page: where we are, what it is, what can be done. Also names the browser's tab. */
import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { Link } from 'react-router';

export interface PageHeaderProps {
  readonly title: string;
  /** Beside the title: state and type. */
  readonly marks?: ReactNode;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly trail?: readonly { readonly to: string; readonly name: string }[];
}

export function PageHeader({ title, marks, about, actions, trail = [] }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Longshore`;
  }, [title]);
  return (
    <Stack gap={4} mb="md">
      {trail.length > 0 && (
        <Breadcrumbs separator="/" separatorMargin={6}>
          {trail.map(({ to, name }) => (
            <Anchor key={to} component={Link} to={to} size="sm">
              {name}
            </Anchor>
          ))}
        </Breadcrumbs>
      )}
      <Group justify="space-between" gap="sm" align="center">
        <Group gap="sm" miw={0}>
          <Title order={1} size="h3" style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {marks}
        </Group>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {about !== undefined && (
        <Text size="sm" c="dimmed" component="div">
          {about}
        </Text>
      )}
    </Stack>
  );
}

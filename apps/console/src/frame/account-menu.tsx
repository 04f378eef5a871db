/** Who is signed in, light or dark, the API's own page, and the way out. */
import { ActionIcon, Button, Group, Menu, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconApi, IconChevronDown, IconLogout, IconMoon, IconSun } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client } from '../link/client';
import { meQuery, noteSignedIn } from '../link/queries';
import { sentence } from './failure-notice';

export function AccountMenu() {
  const queries = useQueryClient();
  const me = useQuery(meQuery);
  const signOut = useMutation({
    mutationFn: () => client.signOut(),
    onSuccess: () => {
      noteSignedIn(queries, null);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0] });
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'You are still signed in', message: sentence(error) }),
  });
  return (
    <Group gap={4} wrap="nowrap">
      <SchemeSwitch />
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <Button variant="subtle" color="gray" rightSection={<IconChevronDown size={14} />} px="xs">
            {me.data?.user ?? 'Account'}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component="a" href="/api/docs" target="_blank" leftSection={<IconApi size={16} />}>
            REST API
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const next = scheme === 'dark' ? 'light' : 'dark';
  return (
    <Tooltip label={`Switch to ${next}`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={`Switch to ${next}`}
        onClick={() => setColorScheme(next)}
      >
        {scheme === 'dark' ? <IconSun size={18} /> : <IconMoon size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}

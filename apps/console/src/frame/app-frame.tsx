/** Around every page: navigation, who is signed in, and a word when what is shown is no longer live. */
import { AppShell, Burger, Container, Group, Image, NavLink, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCirclePlus, IconPlayerPlay, IconRoute, IconServer2, IconShieldLock, IconShip } from '@tabler/icons-react';
import { Link, Outlet, useLocation } from 'react-router';
import { useLiveUpdates } from '../link/live-updates';
import { AccountMenu } from './account-menu';
import { LiveNotice } from './live-notice';

const places = [
  { to: '/fleet', name: 'Fleet', icon: IconShip, also: '/fleet' },
  { to: '/processes', name: 'Processes', icon: IconRoute, also: '/process' },
  { to: '/runs', name: 'Runs', icon: IconPlayerPlay, also: '/runs' },
  { to: '/add-agent', name: 'Add agent', icon: IconCirclePlus, also: '/add-agent' },
  { to: '/security', name: 'Security', icon: IconShieldLock, also: '/security' },
  { to: '/server', name: 'Server', icon: IconServer2, also: '/server' },
];

export function AppFrame() {
  const [menuOpen, menu] = useDisclosure(false);
  useLiveUpdates();
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !menuOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <AppShell.Header>
        <a href="#page" className="skip-link">
          Skip to the page
        </a>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={menuOpen} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <Link to="/fleet" className="quiet-link" aria-label="Longshore, to the fleet">
              <Group gap={10} wrap="nowrap">
                <Image src="/longshore.svg" w={26} h={26} alt="" />
                <Text fw={650} size="lg">
                  Longshore
                </Text>
              </Group>
            </Link>
          </Group>
          <AccountMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Main">
        <Places onFollow={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="page">
        <Container size={1280} p={0}>
          <LiveNotice />
          <Outlet />
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}

function Places({ onFollow }: { readonly onFollow: () => void }) {
  const { pathname } = useLocation();
  return places.map(({ to, name, icon: Icon, also }) => (
    <NavLink
      key={to}
      component={Link}
      to={to}
      label={name}
      leftSection={<Icon size={18} stroke={1.7} />}
      active={pathname.startsWith(also)}
      aria-current={pathname.startsWith(also) ? 'page' : undefined}
      onClick={onFollow}
      variant="light"
      style={{ borderRadius: 'var(--mantine-radius-md)' }}
    />
  ));
}

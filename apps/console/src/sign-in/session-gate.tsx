/** Is somebody signed in? Otherwise sign-in comes first, and brings back to the page that was wanted. */
import { Center, Loader, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Navigate, Outlet, useLocation } from 'react-router';
import { FailureNotice } from '../frame/failure-notice';
import { meQuery } from '../link/queries';
import { signInPath } from './way-back';

export function SessionGate() {
  const me = useQuery(meQuery);
  const { pathname, search } = useLocation();
  if (me.data === null) return <Navigate to={signInPath(pathname + search)} replace />;
  if (me.data !== undefined) return <Outlet />;
  return (
    <Center mih="100vh" p="md">
      {me.error === null ? (
        <Loader aria-label="Loading" />
      ) : (
        <Stack maw={480}>
          <FailureNotice error={me.error} doing="The console could not be opened" onRetry={() => void me.refetch()} />
        </Stack>
      )}
    </Center>
  );
}

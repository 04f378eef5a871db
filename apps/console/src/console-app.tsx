/** What is the console made of? Theme, store of answers, and one route per page; all but sign-in need a session. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { createBrowserRouter, Navigate } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { AgentPage } from './agent/agent-page';
import { AddAgentPage } from './enrolment/add-agent-page';
import { FleetPage } from './fleet/fleet-page';
import { AppFrame } from './frame/app-frame';
import { NotFoundPage } from './frame/not-found-page';
import { PageCrash } from './frame/page-crash';
import { SessionGate } from './sign-in/session-gate';
import { queryClient } from './link/query-client';
import { ProcessListPage } from './process/process-list-page';
import { EditProcessPage, NewProcessPage } from './process/process-editor-page';
import { ProcessPage } from './process/process-page';
import { RunListPage } from './run/run-list-page';
import { RunPage } from './run/run-page';
import { StartRunPage } from './run/start-run-page';
import { ServerPage } from './server/server-page';
import { SignInPage } from './sign-in/sign-in-page';
import { theme } from './theme';
import { SecurityPage } from './trust/security-page';

const pages = [
  { path: '/', element: <Navigate to="/fleet" replace /> },
  { path: '/fleet', element: <FleetPage /> },
  { path: '/add-agent', element: <AddAgentPage /> },
  { path: '/fleet/:agentId', element: <AgentPage /> },
  { path: '/processes', element: <ProcessListPage /> },
  { path: '/processes/new', element: <NewProcessPage /> },
  { path: '/process', element: <ProcessPage /> },
  { path: '/process/edit', element: <EditProcessPage /> },
  { path: '/runs', element: <RunListPage /> },
  { path: '/runs/new', element: <StartRunPage /> },
  { path: '/runs/:runId', element: <RunPage /> },
  { path: '/security', element: <SecurityPage /> },
  { path: '/server', element: <ServerPage /> },
  { path: '*', element: <NotFoundPage /> },
];

const router = createBrowserRouter([
  { path: '/sign-in', element: <SignInPage />, errorElement: <PageCrash /> },
  {
    element: <SessionGate />,
    errorElement: <PageCrash />,
    children: [{ element: <AppFrame />, children: pages.map((page) => ({ ...page, errorElement: <PageCrash /> })) }],
  },
]);

export function ConsoleApp() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Notifications position="bottom-right" />
      </QueryClientProvider>
    </MantineProvider>
  );
}

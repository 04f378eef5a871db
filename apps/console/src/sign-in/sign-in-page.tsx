/** Name and password for a session. The cookie is set by the server and never seen here. */
import { Alert, Button, Card, Center, Group, Image, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { ApiRefusedError } from '@longshore/rest-client';
import { client } from '../link/client';
import { meQuery, noteSignedIn } from '../link/queries';
import { wayBack } from './way-back';

export function SignInPage() {
  const queries = useQueryClient();
  const me = useQuery(meQuery);
  const [search] = useSearchParams();
  const [user, setUser] = useState('admin');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => client.signIn({ user, password }),
    onSuccess: (session) => noteSignedIn(queries, { user: session.user }),
  });
  if (me.data) return <Navigate to={wayBack(search.get('back'))} replace />;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <Center mih="100vh" p="md" component="main">
      <Stack w="100%" maw={380} gap="lg">
        <Group gap="sm" justify="center">
          <Image src="/longshore.svg" w={36} h={36} alt="" />
          <Title order={1} size="h2">
            Longshore
          </Title>
        </Group>
        <Card padding="xl" component="form" onSubmit={submit}>
          <Stack>
            {signIn.error !== null && (
              <Alert color="red" role="alert">
                {whatWentWrong(signIn.error)}
              </Alert>
            )}
            <TextInput
              label="User"
              autoComplete="username"
              required
              withAsterisk={false}
              value={user}
              onChange={(event) => setUser(event.currentTarget.value)}
            />
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              data-autofocus
              autoFocus
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <Button type="submit" loading={signIn.isPending} mt="xs">
              Sign in
            </Button>
          </Stack>
        </Card>
        <Text size="sm" c="dimmed" ta="center">
          The first admin password was shown when the server was started for the first time.
        </Text>
      </Stack>
    </Center>
  );
}

function whatWentWrong(error: Error): string {
  if (error instanceof ApiRefusedError && error.status === 401) return 'User and password do not match.';
  return `You could not be signed in: ${error.message}`;
}

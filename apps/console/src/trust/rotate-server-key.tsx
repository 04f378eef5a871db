/** The server moves to the key that it announced; and the same in an emergency, when the current key is stolen. */
import { List, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertOctagon, IconRotateClockwise } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ServerKeys } from '@longshore/rest-contract';
import { AskedButton } from '../frame/asked-button';
import { client } from '../link/client';
import { BroughtKeyFields, noBroughtKey, type BroughtKey } from './brought-key';
import { shortFingerprint } from './fingerprint-parts';
import { shortestPassphrase } from './passphrase-fields';

/** Typed by the person who means it. */
const emergencyWord = 'stolen';

export function RotateServerKey({ keys }: { readonly keys: ServerKeys }) {
  const rotation = useRotation(keys);
  return (
    <AskedButton
      label="Rotate the key"
      leftSection={<IconRotateClockwise size={16} />}
      title="Rotate the server’s key?"
      confirm="Rotate the key"
      failure="The key was not rotated"
      isReady={rotation.isReady}
      act={() => rotation.act(false)}
      onDone={rotation.onDone}
      onClosed={rotation.forget}
    >
      <List size="sm" spacing={4}>
        <List.Item>
          The announced next key becomes the server’s key, and another next key is made and announced.
        </List.Item>
        <List.Item>
          Connected agents learn it at once. Those that are away follow the signed chain when they return; nothing has
          to be done on any host.
        </List.Item>
        <List.Item>{browserNote}</List.Item>
      </List>
      {!keys.nextKeyHeld && <BroughtKeyFields brought={rotation.brought} onChange={rotation.setBrought} />}
    </AskedButton>
  );
}

export function EmergencyRotation({ keys }: { readonly keys: ServerKeys }) {
  const rotation = useRotation(keys);
  const [word, setWord] = useState('');
  const forget = (): void => {
    setWord('');
    rotation.forget();
  };
  return (
    <AskedButton
      label="Emergency rotation"
      leftSection={<IconAlertOctagon size={16} />}
      title="The server’s key is stolen?"
      confirm="Rotate in an emergency"
      failure="The key was not rotated"
      isDangerous
      isReady={rotation.isReady && word.trim().toLowerCase() === emergencyWord}
      act={() => rotation.act(true)}
      onDone={rotation.onDone}
      onClosed={forget}
    >
      <List size="sm" spacing={4}>
        <List.Item>
          The key is rotated as always: the thief cannot go along, because the next key is another one.
        </List.Item>
        <List.Item>
          <b>Every agent’s connections are cut at once.</b> Agents return by themselves over the new key.
        </List.Item>
        <List.Item>
          <b>All install tokens are revoked.</b> Agents that are about to be installed need another one.
        </List.Item>
        <List.Item>{browserNote}</List.Item>
      </List>
      {!keys.nextKeyHeld && <BroughtKeyFields brought={rotation.brought} onChange={rotation.setBrought} />}
      <TextInput
        label={`Type “${emergencyWord}” to go on`}
        autoComplete="off"
        value={word}
        onChange={(event) => setWord(event.currentTarget.value)}
      />
    </AskedButton>
  );
}

const browserNote =
  'This console is served with the same key: your browser may ask again whether to trust it. Compare the key then.';

function useRotation({ nextKeyHeld }: ServerKeys) {
  const queries = useQueryClient();
  const [brought, setBrought] = useState<BroughtKey>(noBroughtKey);
  const { document, passphrase } = brought;
  return {
    brought,
    setBrought,
    isReady: nextKeyHeld || (document !== null && passphrase.length >= shortestPassphrase),
    act: (emergency: boolean) =>
      client.rotateServerKey({ emergency, nextKey: document === null ? null : { document, passphrase } }),
    onDone: (answer: ServerKeys) => {
      const message = `The server’s key is now ${shortFingerprint(answer.fingerprint)}`;
      notifications.show({ message, color: 'teal', autoClose: 15_000 });
      return queries.invalidateQueries();
    },
    forget: () => setBrought(noBroughtKey),
  };
}

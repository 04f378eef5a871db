/** Keys leave the server only under a passphrase, as a file: a copy of the whole identity, or the next key alone. */
import { Button, Checkbox, Group, List, Modal, Stack, Text } from '@mantine/core';
import { IconCloudOff, IconDownload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { KeyDocument, ServerKeys } from '@longshore/rest-contract';
import { AskedButton } from '../frame/asked-button';
import { saveFile } from '../frame/save-file';
import { client } from '../link/client';
import { serverKeysQuery } from '../link/queries';
import { isPassphraseReady, noPassphrase, PassphraseFields } from './passphrase-fields';

export function ExportIdentity() {
  const [passphrase, setPassphrase] = useState(noPassphrase);
  const [exported, setExported] = useState<KeyDocument | null>(null);
  return (
    <>
      <AskedButton
        label="Export the identity"
        leftSection={<IconDownload size={16} />}
        title="Export the server’s identity?"
        confirm="Export and save the file"
        failure="The identity was not exported"
        isReady={isPassphraseReady(passphrase)}
        act={() => client.exportServerKeys({ content: 'server-identity', passphrase: passphrase.typed })}
        onDone={(document) => setExported(saveDocument(document))}
        onClosed={() => setPassphrase(noPassphrase)}
      >
        <Text size="sm">
          Whoever holds this file and its passphrase can be this server. It is what a server that lost its disk is
          brought back from; keep it where backups of passwords are kept.
        </Text>
        <PassphraseFields passphrase={passphrase} onChange={setPassphrase} />
      </AskedButton>
      <ExportedFile document={exported} onClose={() => setExported(null)} />
    </>
  );
}

export function TakeNextKeyOffline({ keys }: { readonly keys: ServerKeys }) {
  const queries = useQueryClient();
  const [passphrase, setPassphrase] = useState(noPassphrase);
  const [takeOffline, setTakeOffline] = useState(true);
  const [exported, setExported] = useState<KeyDocument | null>(null);
  // The server lets go of its key only when it is shown the document that has arrived here.
  const exportNextKey = async (): Promise<void> => {
    const wish = { content: 'next-key', passphrase: passphrase.typed } as const;
    const document = saveDocument(await client.exportServerKeys(wish));
    try {
      if (takeOffline) await client.exportServerKeys({ ...wish, takeOffline, document });
    } finally {
      // Also after a failure: it may be the answer alone that was lost, and then this is the only copy.
      setExported(document);
      void queries.invalidateQueries({ queryKey: serverKeysQuery.queryKey });
    }
  };
  return (
    <>
      <AskedButton
        label="Take the next key offline"
        leftSection={<IconCloudOff size={16} />}
        disabled={!keys.nextKeyHeld}
        title="Take the next key offline?"
        confirm={takeOffline ? 'Save the file and take it offline' : 'Export and save the file'}
        failure={takeOffline ? 'The next key was not taken offline' : 'The next key was not exported'}
        isReady={isPassphraseReady(passphrase)}
        act={exportNextKey}
        onClosed={() => setPassphrase(noPassphrase)}
      >
        <List size="sm" spacing={4}>
          <List.Item>Whoever takes the server’s disk then cannot rotate to the announced key: only you can.</List.Item>
          <List.Item>Each rotation needs this file. Without it the server can never move to another key.</List.Item>
        </List>
        <Checkbox
          label="Remove it from the server"
          checked={takeOffline}
          onChange={(event) => setTakeOffline(event.currentTarget.checked)}
        />
        <PassphraseFields passphrase={passphrase} onChange={setPassphrase} />
      </AskedButton>
      <ExportedFile document={exported} onClose={() => setExported(null)} />
    </>
  );
}

interface ExportedFileProps {
  readonly document: KeyDocument | null;
  readonly onClose: () => void;
}

/** A browser may have asked where to put the file, and been told nowhere: it can be saved again until this closes. */
function ExportedFile({ document, onClose }: ExportedFileProps) {
  return (
    <Modal opened={document !== null} onClose={onClose} title="Is the file saved?" centered closeOnClickOutside={false}>
      <Stack gap="sm">
        <Text size="sm">
          Your browser was given <b>{document === null ? '' : fileNameOf(document)}</b>. See that it is there before you
          close this: the server makes no second copy by itself.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => document !== null && saveDocument(document)}>
            Save it again
          </Button>
          <Button onClick={onClose}>It is there</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function saveDocument(document: KeyDocument): KeyDocument {
  saveFile(new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: 'application/json' }), fileNameOf(document));
  return document;
}

function fileNameOf({ content }: KeyDocument): string {
  return content === 'next-key' ? 'longshore-next-key.json' : 'longshore-identity.json';
}

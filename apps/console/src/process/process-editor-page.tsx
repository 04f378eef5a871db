/** A new process, or the next version of one. */
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { Loaded } from '../frame/loaded';
import { PageHeader } from '../frame/page-header';
import { processQuery } from '../link/queries';
import { draftOf, newStep, type ProcessDraft } from './process-draft';
import { ProcessEditor } from './process-editor';
import { processPath } from './process-path';

const emptyProcess = (): ProcessDraft => ({ name: '', description: '', steps: [newStep('step 1')] });

export function NewProcessPage() {
  return (
    <>
      <PageHeader title="New process" trail={[{ to: '/processes', name: 'Processes' }]} />
      <ProcessEditor start={emptyProcess()} isNew back="/processes" />
    </>
  );
}

export function EditProcessPage() {
  const name = useSearchParams()[0].get('name') ?? '';
  const process = useQuery(processQuery(name));
  const trail = [
    { to: '/processes', name: 'Processes' },
    { to: processPath(name), name },
  ];
  return (
    <>
      <PageHeader title={`Edit ${name}`} trail={trail} />
      <Loaded query={process} what="a process">
        {(known) => (
          <ProcessEditor key={known.name} start={draftOf(known.definition)} isNew={false} back={processPath(name)} />
        )}
      </Loaded>
    </>
  );
}

/** Trust, for the whole server: what was refused, what was done, who may come in, and the server's own keys. */
import { PageHeader } from '../frame/page-header';
import { PageTabs } from '../frame/page-tabs';
import { InstallTokens } from '../enrolment/install-tokens';
import { AuditList } from './audit-list';
import { PolicySection } from './policy-form';
import { SecurityEventList } from './security-event-list';
import { ServerKeysSection } from './server-keys';

export function SecurityPage() {
  return (
    <>
      <PageHeader title="Security" />
      <PageTabs
        label="Parts of security"
        tabs={[
          { name: 'events', title: 'Events', content: <SecurityEventList agentId={null} /> },
          { name: 'audit', title: 'Audit', content: <AuditList /> },
          { name: 'policy', title: 'Policy', content: <PolicySection /> },
          { name: 'tokens', title: 'Install tokens', content: <InstallTokens /> },
          { name: 'keys', title: 'Server keys', content: <ServerKeysSection /> },
        ]}
      />
    </>
  );
}

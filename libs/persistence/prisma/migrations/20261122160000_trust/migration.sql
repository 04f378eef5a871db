-- Forgetting and moving pins, API keys that are issued again or revoked, mutual authentication, narrow tokens of steps.
ALTER TABLE agents ALTER COLUMN fingerprint DROP NOT NULL;
UPDATE agents SET fingerprint = NULL WHERE removed_at IS NOT NULL;
ALTER TABLE agents
  ALTER COLUMN api_key_id DROP NOT NULL,
  ALTER COLUMN api_key_hash DROP NOT NULL,
  ADD COLUMN key_pinned_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN api_key_issued_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN mutual_auth boolean NOT NULL DEFAULT false,
  ADD COLUMN identity_request text CHECK (identity_request IN ('rotate-key', 'renew-certificate')),
  ADD COLUMN forgotten_key text,
  ADD COLUMN forget_expires_at timestamptz,
  ADD COLUMN forget_allows_same_key boolean NOT NULL DEFAULT false,
  ADD COLUMN teams text[] NOT NULL DEFAULT '{}',
  ADD COLUMN count_in bigint NOT NULL DEFAULT 0,
  ADD CHECK ((api_key_id IS NULL) = (api_key_hash IS NULL));
CREATE UNIQUE INDEX agents_api_key_id_idx ON agents (api_key_id);

ALTER TABLE install_tokens
  ADD COLUMN teams text[] NOT NULL DEFAULT '{}',
  ADD COLUMN agent_id text;

ALTER TABLE attempts ADD COLUMN step_token_hash text;

ALTER TABLE refused_messages ADD COLUMN details jsonb;
-- Histories are read newest first, of all or of one agent.
CREATE INDEX refused_messages_agent_id_idx ON refused_messages (agent_id, id DESC);
CREATE INDEX audit_target_idx ON audit (target, id DESC);

CREATE TABLE security_policy (
  single                 boolean PRIMARY KEY DEFAULT true CHECK (single),
  enrolment              text NOT NULL DEFAULT 'tokens-and-first-use'
    CHECK (enrolment IN ('tokens-and-first-use', 'tokens-only', 'closed')),
  mutual_auth_for_all    boolean NOT NULL DEFAULT false,
  agent_key_max_age_days integer CHECK (agent_key_max_age_days >= 1)
);
INSERT INTO security_policy DEFAULT VALUES;

CREATE TABLE rejected_keys (
  fingerprint text PRIMARY KEY,
  agent_id    text NOT NULL,
  rejected_by text NOT NULL,
  rejected_at timestamptz NOT NULL DEFAULT now()
);

-- Which hellos were ever granted a session: one that a broker brings back is no clone.
CREATE TABLE granted_hellos (
  agent_id text NOT NULL REFERENCES agents (id) ON UPDATE CASCADE ON DELETE CASCADE,
  hello_id uuid NOT NULL,
  PRIMARY KEY (agent_id, hello_id)
);

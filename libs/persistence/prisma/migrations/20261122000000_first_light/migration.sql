CREATE TABLE server_identity (
  single            boolean PRIMARY KEY DEFAULT true CHECK (single),
  server_id         uuid NOT NULL,
  incarnation       uuid NOT NULL,
  system_identifier text,
  created_at        timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE users (
  name          text PRIMARY KEY,
  password_hash text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE access_tokens (
  id          text PRIMARY KEY,
  kind        text NOT NULL CHECK (kind IN ('session', 'api')),
  user_name   text NOT NULL REFERENCES users (name) ON UPDATE CASCADE ON DELETE CASCADE,
  name        text NOT NULL,
  secret_hash text NOT NULL,
  expires_at  timestamptz,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX access_tokens_user_name_idx ON access_tokens (user_name);

CREATE TABLE install_tokens (
  id           text PRIMARY KEY,
  secret_hash  text NOT NULL,
  type         text CHECK (type IN ('web', 'jms')),
  expires_at   timestamptz NOT NULL,
  uses_left    integer NOT NULL CHECK (uses_left >= 0),
  auto_approve boolean NOT NULL,
  tags         text[] NOT NULL DEFAULT '{}',
  created_by   text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now()
);

-- Updated at every session and every numbered command: room for updates that touch no index.
CREATE TABLE agents (
  id                    text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,64}$'),
  name                  text NOT NULL,
  type                  text NOT NULL CHECK (type IN ('web', 'jms')),
  approved              boolean NOT NULL DEFAULT false,
  quarantine            text,
  fingerprint           text NOT NULL,
  public_key_pem        text NOT NULL,
  certificate_pem       text NOT NULL,
  sealing_key           text,
  api_key_id            text NOT NULL,
  api_key_hash          text NOT NULL,
  broker_password_hash  text,
  tags                  text[] NOT NULL DEFAULT '{}',
  facts                 jsonb,
  max_parallel          integer CHECK (max_parallel >= 1),
  reported_max_parallel integer CHECK (reported_max_parallel >= 1),
  created_at            timestamptz NOT NULL DEFAULT now(),
  removed_at            timestamptz,
  incarnation           uuid,
  epoch                 integer NOT NULL DEFAULT 0,
  nonce                 text,
  previous_epoch        integer NOT NULL DEFAULT 0,
  previous_nonce        text,
  last_hello_id         uuid,
  journal_seq           bigint NOT NULL DEFAULT 0,
  commands_last_seq     bigint NOT NULL DEFAULT 0,
  commands_acked_seq    bigint NOT NULL DEFAULT 0 CHECK (commands_acked_seq <= commands_last_seq),
  count_out             bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX agents_fingerprint_key ON agents (fingerprint);

CREATE TABLE agent_presence (
  agent_id        text PRIMARY KEY REFERENCES agents (id) ON UPDATE CASCADE ON DELETE CASCADE,
  control_at      timestamptz,
  http_at         timestamptz,
  control_address text,
  http_address    text,
  status          jsonb,
  problem         text
) WITH (fillfactor = 50);

CREATE TABLE inbox_streams (
  agent_id    text NOT NULL,
  incarnation uuid NOT NULL,
  stream      text NOT NULL CHECK (stream IN ('control', 'work')),
  highest     bigint NOT NULL DEFAULT 0,
  highest_id  uuid,
  PRIMARY KEY (agent_id, incarnation, stream)
) WITH (fillfactor = 50);

CREATE TABLE inbox (
  agent_id    text NOT NULL,
  incarnation uuid NOT NULL,
  stream      text NOT NULL,
  seq         bigint NOT NULL CHECK (seq >= 1),
  id          uuid NOT NULL,
  type        text NOT NULL,
  body        jsonb NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  applied     boolean NOT NULL,
  PRIMARY KEY (agent_id, incarnation, stream, seq)
);
-- What waits behind a gap: hardly ever anything.
CREATE INDEX inbox_held_idx ON inbox (agent_id, incarnation, stream) WHERE NOT applied;
CREATE INDEX inbox_received_at_idx ON inbox (received_at);

CREATE TABLE outbox (
  agent_id   text NOT NULL,
  seq        bigint NOT NULL CHECK (seq >= 1),
  id         uuid NOT NULL,
  type       text NOT NULL,
  body       jsonb NOT NULL,
  epoch      integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (agent_id, seq)
);
CREATE INDEX outbox_created_at_idx ON outbox (created_at);

CREATE TABLE processes (
  name       text NOT NULL,
  version    integer NOT NULL CHECK (version >= 1),
  definition jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (name, version)
);

CREATE TABLE runs (
  id                  uuid PRIMARY KEY,
  process_name        text NOT NULL,
  process_version     integer NOT NULL,
  definition          jsonb NOT NULL,
  state               text NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled')),
  started_by          text NOT NULL,
  created_at          timestamptz NOT NULL DEFAULT now(),
  ended_at            timestamptz,
  cancel_requested_at timestamptz
);
CREATE INDEX runs_created_at_id_idx ON runs (created_at DESC, id DESC);
CREATE INDEX runs_running_idx ON runs (id) WHERE state = 'running';

CREATE TABLE items (
  id       uuid PRIMARY KEY,
  run_id   uuid NOT NULL REFERENCES runs (id) ON UPDATE CASCADE ON DELETE CASCADE,
  place    integer NOT NULL,
  step     text NOT NULL,
  agent_id text NOT NULL REFERENCES agents (id) ON UPDATE CASCADE ON DELETE RESTRICT,
  state    text NOT NULL CHECK (state IN ('waiting', 'active', 'ended', 'skipped')),
  outcome  text
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX items_run_id_place_key ON items (run_id, place);

CREATE TABLE attempts (
  id                  uuid PRIMARY KEY,
  item_id             uuid NOT NULL REFERENCES items (id) ON UPDATE CASCADE ON DELETE CASCADE,
  run_id              uuid NOT NULL REFERENCES runs (id) ON UPDATE CASCADE ON DELETE CASCADE,
  agent_id            text NOT NULL REFERENCES agents (id) ON UPDATE CASCADE ON DELETE RESTRICT,
  number              integer NOT NULL CHECK (number >= 1),
  state               text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'offered', 'accepted', 'running', 'ended')),
  outcome             text,
  exit_code           bigint,
  signal              text,
  reason              text,
  outputs             jsonb,
  evidence            jsonb,
  start_epoch         integer,
  fenced              boolean NOT NULL DEFAULT false,
  cancel_requested_at timestamptz,
  cancel_seq          bigint,
  queued_at           timestamptz NOT NULL DEFAULT now(),
  offered_at          timestamptz,
  accepted_at         timestamptz,
  started_at          timestamptz,
  ended_at            timestamptz,
  ran_ms              bigint,
  logs                jsonb,
  -- Exactly one verdict, and only at the end.
  CHECK ((state = 'ended') = (outcome IS NOT NULL))
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX attempts_item_id_number_key ON attempts (item_id, number);
CREATE INDEX attempts_run_id_idx ON attempts (run_id);
-- The dispatcher's ways in: what waits for an agent, what is open on it, what must still be told to stop.
CREATE INDEX attempts_queued_idx ON attempts (agent_id, queued_at, id) WHERE state = 'queued';
CREATE INDEX attempts_open_idx ON attempts (agent_id) WHERE state IN ('offered', 'accepted', 'running');
CREATE INDEX attempts_to_cancel_idx ON attempts (agent_id)
  WHERE state IN ('offered', 'accepted', 'running') AND cancel_requested_at IS NOT NULL AND cancel_seq IS NULL;
-- At most one unfenced attempt of an item is open.
CREATE UNIQUE INDEX attempts_one_open_idx ON attempts (item_id) WHERE state <> 'ended' AND NOT fenced;

CREATE TABLE log_streams (
  attempt_id uuid NOT NULL REFERENCES attempts (id) ON UPDATE CASCADE ON DELETE CASCADE,
  stream     text NOT NULL CHECK (stream IN ('stdout', 'stderr')),
  length     bigint NOT NULL DEFAULT 0,
  complete   boolean NOT NULL DEFAULT false,
  PRIMARY KEY (attempt_id, stream)
) WITH (fillfactor = 50);

CREATE TABLE audit (
  id      bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL DEFAULT now(),
  actor   text NOT NULL,
  action  text NOT NULL,
  target  text NOT NULL,
  details jsonb
);
CREATE INDEX audit_at_idx ON audit (at);

CREATE TABLE refused_messages (
  id       bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  at       timestamptz NOT NULL DEFAULT now(),
  agent_id text,
  code     text NOT NULL,
  message  text NOT NULL
);
CREATE INDEX refused_messages_at_idx ON refused_messages (at);

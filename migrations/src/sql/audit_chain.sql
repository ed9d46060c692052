-- A link for each event of an organization, in the order of the stream: it follows from the link before and from a
-- commitment to what the event says.
CREATE TABLE audit_chain (
  organization_id {uuid} NOT NULL,
  number bigint NOT NULL,
  seq bigint NOT NULL,
  event_id {uuid} NOT NULL,
  commitment {bytes} NOT NULL,
  link {bytes} NOT NULL,
  PRIMARY KEY (organization_id, number)
);

-- What makes a commitment say nothing about its event. Without the salt nobody can tell any more what the event said,
-- and the link still holds; `erasure` then says that it was us who took it away.
CREATE TABLE audit_salts (
  organization_id {uuid} NOT NULL,
  number bigint NOT NULL,
  salt {bytes},
  erasure text,
  PRIMARY KEY (organization_id, number),
  CHECK ((salt IS NULL) <> (erasure IS NULL))
);

-- Where each chain ends, signed.
CREATE TABLE audit_heads (
  organization_id {uuid} NOT NULL PRIMARY KEY,
  number bigint NOT NULL,
  seq bigint NOT NULL,
  link {bytes} NOT NULL,
  signature text NOT NULL,
  updated_at {time} NOT NULL
);

-- The place in the stream up to which events are linked, over all organizations.
CREATE TABLE audit_progress (
  id integer PRIMARY KEY CHECK (id = 1),
  seq bigint NOT NULL
);
CREATE INDEX event_stream_by_seq ON event_stream (seq);

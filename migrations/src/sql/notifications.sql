-- What members are told of. A row waits until it was looked at whether its member may still be told; then it is shown, and
-- a mail goes out when that is due.
CREATE TABLE notifications (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  member_id {uuid} NOT NULL,
  kind text NOT NULL,
  subject_type text NOT NULL,
  subject_id {uuid} NOT NULL,
  title text NOT NULL,
  detail text,
  path text NOT NULL,
  actor_id {uuid},
  in_product boolean NOT NULL,
  digest boolean NOT NULL,
  created_at {time} NOT NULL,
  shown_at {time},
  read_at {time},
  mail_at {time},
  CONSTRAINT notifications_organization_id UNIQUE (organization_id, id),
  CONSTRAINT notifications_member_id FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id) ON DELETE CASCADE,
  CONSTRAINT notifications_actor_id FOREIGN KEY (organization_id, actor_id) REFERENCES members (organization_id, id)
);
CREATE INDEX notifications_of_member ON notifications (organization_id, member_id, created_at, id);
CREATE INDEX notifications_unread ON notifications (organization_id, member_id) WHERE read_at IS NULL;
CREATE INDEX notifications_waiting ON notifications (created_at) WHERE shown_at IS NULL;
CREATE INDEX notifications_to_mail ON notifications (mail_at) WHERE mail_at IS NOT NULL;
CREATE INDEX notifications_by_time ON notifications (created_at);

CREATE TABLE notification_preferences (
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  member_id {uuid} NOT NULL,
  channels {json} NOT NULL,
  time_zone text,
  quiet_from text,
  quiet_until text,
  updated_at {time} NOT NULL,
  PRIMARY KEY (organization_id, member_id),
  CONSTRAINT notification_preferences_member_id FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id) ON DELETE CASCADE
);

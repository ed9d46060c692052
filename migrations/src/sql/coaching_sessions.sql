-- Rubrics in versions; those of one rubric share family_id, the id of the first.
CREATE TABLE rubrics (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  family_id {uuid} NOT NULL,
  number integer NOT NULL CHECK (number >= 1),
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  description text,
  status text NOT NULL CHECK (status IN ('draft', 'published', 'superseded', 'archived')),
  questions {json} NOT NULL,
  published_at {time},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT rubrics_organization_id UNIQUE (organization_id, id),
  CONSTRAINT rubrics_number UNIQUE (organization_id, family_id, number)
);
CREATE INDEX rubrics_by_name ON rubrics (organization_id, name_key, id);
CREATE INDEX rubrics_by_created ON rubrics (organization_id, created_at, id);
CREATE INDEX rubrics_by_updated ON rubrics (organization_id, updated_at, id);
CREATE UNIQUE INDEX rubrics_one_published ON rubrics (organization_id, family_id) WHERE status = 'published';

CREATE TABLE coaching_templates (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  kind text NOT NULL,
  duration_minutes integer NOT NULL CHECK (duration_minutes BETWEEN 5 AND 480),
  agenda {json} NOT NULL,
  preparation_notes text,
  rubric_id {uuid},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT coaching_templates_organization_id UNIQUE (organization_id, id),
  CONSTRAINT coaching_templates_name UNIQUE (organization_id, name_key),
  CONSTRAINT coaching_templates_rubric_id FOREIGN KEY (organization_id, rubric_id) REFERENCES rubrics (organization_id, id)
);
CREATE INDEX coaching_templates_by_created ON coaching_templates (organization_id, created_at, id);
CREATE INDEX coaching_templates_by_updated ON coaching_templates (organization_id, updated_at, id);
CREATE INDEX coaching_templates_by_rubric ON coaching_templates (organization_id, rubric_id);

CREATE TABLE coaching_sessions (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  title text NOT NULL,
  kind text NOT NULL,
  status text NOT NULL CHECK (status IN ('scheduled', 'inProgress', 'completed', 'cancelled', 'noShow', 'rescheduled')),
  agent_id {uuid} NOT NULL,
  coach_id {uuid} NOT NULL,
  scheduled_start {time} NOT NULL,
  scheduled_end {time} NOT NULL,
  time_zone text NOT NULL,
  duration_minutes integer NOT NULL CHECK (duration_minutes BETWEEN 5 AND 480),
  preparation_notes text,
  session_notes text,
  previous_score integer CHECK (previous_score BETWEEN 0 AND 10000),
  score integer CHECK (score BETWEEN 0 AND 10000),
  rubric_id {uuid},
  answers {json} NOT NULL,
  series_id {uuid},
  recurrence_rule text,
  rescheduled_from_id {uuid},
  rescheduled_to_id {uuid},
  started_at {time},
  completed_at {time},
  ended_reason text,
  acknowledgement_due_at {time},
  acknowledged_at {time},
  -- What invitations call it in calendars, along the chain of sessions that replace each other.
  calendar_id {uuid} NOT NULL,
  calendar_sequence integer NOT NULL,
  {search},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT coaching_sessions_organization_id UNIQUE (organization_id, id),
  CONSTRAINT coaching_sessions_people CHECK (agent_id <> coach_id),
  CONSTRAINT coaching_sessions_agent_id FOREIGN KEY (organization_id, agent_id) REFERENCES members (organization_id, id),
  CONSTRAINT coaching_sessions_coach_id FOREIGN KEY (organization_id, coach_id) REFERENCES members (organization_id, id),
  CONSTRAINT coaching_sessions_rubric_id FOREIGN KEY (organization_id, rubric_id) REFERENCES rubrics (organization_id, id),
  CONSTRAINT coaching_sessions_from_id FOREIGN KEY (organization_id, rescheduled_from_id) REFERENCES coaching_sessions (organization_id, id)
);
CREATE INDEX coaching_sessions_by_start ON coaching_sessions (organization_id, scheduled_start, id);
CREATE INDEX coaching_sessions_by_created ON coaching_sessions (organization_id, created_at, id);
CREATE INDEX coaching_sessions_by_updated ON coaching_sessions (organization_id, updated_at, id);
CREATE INDEX coaching_sessions_by_completed ON coaching_sessions (organization_id, completed_at, id);
CREATE INDEX coaching_sessions_by_score ON coaching_sessions (organization_id, score, id);
CREATE INDEX coaching_sessions_by_agent ON coaching_sessions (organization_id, agent_id, completed_at);
CREATE INDEX coaching_sessions_by_coach ON coaching_sessions (organization_id, coach_id, scheduled_start);
CREATE INDEX coaching_sessions_by_series ON coaching_sessions (organization_id, series_id, scheduled_start) WHERE series_id IS NOT NULL;
CREATE INDEX coaching_sessions_by_rubric ON coaching_sessions (organization_id, rubric_id) WHERE rubric_id IS NOT NULL;
CREATE INDEX coaching_sessions_by_from ON coaching_sessions (organization_id, rescheduled_from_id) WHERE rescheduled_from_id IS NOT NULL;

-- Everybody who takes part, agent and coach among them: who reads a session is asked of this table alone.
CREATE TABLE coaching_participants (
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  session_id {uuid} NOT NULL,
  member_id {uuid} NOT NULL,
  side text NOT NULL CHECK (side IN ('agent', 'coach')),
  acknowledged_at {time},
  CONSTRAINT coaching_participants_key PRIMARY KEY (organization_id, session_id, member_id),
  CONSTRAINT coaching_participants_session_id FOREIGN KEY (organization_id, session_id) REFERENCES coaching_sessions (organization_id, id) ON DELETE CASCADE,
  CONSTRAINT coaching_participants_member_id FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id)
);
CREATE INDEX coaching_participants_by_member ON coaching_participants (organization_id, member_id, side, session_id);

CREATE TABLE coaching_agenda_points (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  session_id {uuid} NOT NULL,
  position integer NOT NULL,
  text text NOT NULL,
  done boolean NOT NULL,
  author_id {uuid} NOT NULL,
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT coaching_agenda_points_organization_id UNIQUE (organization_id, id),
  CONSTRAINT coaching_agenda_points_session_id FOREIGN KEY (organization_id, session_id) REFERENCES coaching_sessions (organization_id, id) ON DELETE CASCADE,
  CONSTRAINT coaching_agenda_points_author_id FOREIGN KEY (organization_id, author_id) REFERENCES members (organization_id, id)
);
CREATE INDEX coaching_agenda_points_by_session ON coaching_agenda_points (organization_id, session_id, position);
CREATE INDEX coaching_agenda_points_by_author ON coaching_agenda_points (organization_id, author_id);

CREATE TABLE coaching_comments (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  session_id {uuid} NOT NULL,
  body text NOT NULL,
  author_id {uuid} NOT NULL,
  created_at {time} NOT NULL,
  CONSTRAINT coaching_comments_organization_id UNIQUE (organization_id, id),
  CONSTRAINT coaching_comments_session_id FOREIGN KEY (organization_id, session_id) REFERENCES coaching_sessions (organization_id, id) ON DELETE CASCADE,
  CONSTRAINT coaching_comments_author_id FOREIGN KEY (organization_id, author_id) REFERENCES members (organization_id, id)
);
CREATE INDEX coaching_comments_by_session ON coaching_comments (organization_id, session_id, created_at);
CREATE INDEX coaching_comments_by_author ON coaching_comments (organization_id, author_id);

CREATE TABLE coaching_disputes (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  session_id {uuid} NOT NULL,
  question_id {uuid},
  reason text NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'upheld', 'changed')),
  score_before integer NOT NULL,
  score_after integer,
  decided_by_id {uuid},
  decision text,
  decided_at {time},
  created_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT coaching_disputes_organization_id UNIQUE (organization_id, id),
  CONSTRAINT coaching_disputes_session_id FOREIGN KEY (organization_id, session_id) REFERENCES coaching_sessions (organization_id, id) ON DELETE CASCADE,
  CONSTRAINT coaching_disputes_decided_by_id FOREIGN KEY (organization_id, decided_by_id) REFERENCES members (organization_id, id)
);
CREATE INDEX coaching_disputes_by_session ON coaching_disputes (organization_id, session_id, created_at);
CREATE INDEX coaching_disputes_by_status ON coaching_disputes (organization_id, status, session_id);
CREATE INDEX coaching_disputes_by_decider ON coaching_disputes (organization_id, decided_by_id);
-- One dispute of a thing at a time: of each question, and of the whole.
CREATE UNIQUE INDEX coaching_disputes_open_question ON coaching_disputes (organization_id, session_id, question_id) WHERE status = 'open' AND question_id IS NOT NULL;
CREATE UNIQUE INDEX coaching_disputes_open_whole ON coaching_disputes (organization_id, session_id) WHERE status = 'open' AND question_id IS NULL;

ALTER TABLE organizations ADD COLUMN coaching_acknowledgement_days integer NOT NULL DEFAULT 3;

CREATE TABLE companies (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  domain text,
  website text,
  industry text,
  phone text,
  employees bigint,
  annual_revenue bigint,
  annual_revenue_currency text,
  founded_year integer,
  location text,
  country text,
  description text,
  parent_id {uuid},
  owner_id {uuid},
  external_id text,
  {search},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  deleted_at {time},
  version bigint NOT NULL,
  CONSTRAINT companies_organization_id UNIQUE (organization_id, id),
  CONSTRAINT companies_external_id UNIQUE (organization_id, external_id),
  CONSTRAINT companies_parent_id FOREIGN KEY (organization_id, parent_id) REFERENCES companies (organization_id, id),
  CONSTRAINT companies_owner_id FOREIGN KEY (organization_id, owner_id) REFERENCES members (organization_id, id)
);
CREATE INDEX companies_by_name ON companies (organization_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX companies_by_created ON companies (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX companies_by_updated ON companies (organization_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX companies_by_owner ON companies (organization_id, owner_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX companies_by_industry ON companies (organization_id, industry, id) WHERE deleted_at IS NULL;
CREATE INDEX companies_by_employees ON companies (organization_id, employees, id) WHERE deleted_at IS NULL;
CREATE INDEX companies_by_parent ON companies (organization_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX companies_in_trash ON companies (organization_id, deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE product_categories (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT product_categories_organization_id UNIQUE (organization_id, id),
  CONSTRAINT product_categories_name UNIQUE (organization_id, name_key)
);

CREATE TABLE products (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  sku text,
  category_id {uuid},
  price bigint,
  price_currency text,
  description text,
  active boolean NOT NULL,
  {search},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  deleted_at {time},
  version bigint NOT NULL,
  CONSTRAINT products_organization_id UNIQUE (organization_id, id),
  CONSTRAINT products_name UNIQUE (organization_id, name_key),
  CONSTRAINT products_sku UNIQUE (organization_id, sku),
  CONSTRAINT products_category_id FOREIGN KEY (organization_id, category_id) REFERENCES product_categories (organization_id, id)
);
CREATE INDEX products_by_created ON products (organization_id, created_at, id);
CREATE INDEX products_by_category ON products (organization_id, category_id, name_key, id);

CREATE TABLE pipelines (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  is_default boolean NOT NULL,
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT pipelines_organization_id UNIQUE (organization_id, id),
  CONSTRAINT pipelines_name UNIQUE (organization_id, name_key)
);
CREATE UNIQUE INDEX pipelines_default ON pipelines (organization_id) WHERE is_default;

CREATE TABLE stages (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  pipeline_id {uuid} NOT NULL,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  position integer NOT NULL,
  probability integer NOT NULL CHECK (probability BETWEEN 0 AND 100),
  rotting_days integer CHECK (rotting_days > 0),
  CONSTRAINT stages_organization_id UNIQUE (organization_id, id),
  CONSTRAINT stages_pipeline_id UNIQUE (organization_id, pipeline_id, id),
  CONSTRAINT stages_pipeline FOREIGN KEY (organization_id, pipeline_id) REFERENCES pipelines (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX stages_by_position ON stages (organization_id, pipeline_id, position);

CREATE TABLE lost_reasons (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT lost_reasons_organization_id UNIQUE (organization_id, id),
  CONSTRAINT lost_reasons_name UNIQUE (organization_id, name_key)
);

CREATE TABLE deals (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  title text NOT NULL,
  title_key {key_text} NOT NULL,
  company_id {uuid},
  pipeline_id {uuid} NOT NULL,
  stage_id {uuid} NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'won', 'lost')),
  amount bigint,
  currency text NOT NULL,
  probability integer CHECK (probability BETWEEN 0 AND 100),
  expected_close date,
  opened_on date,
  closed_on date,
  lost_reason_id {uuid},
  close_note text,
  owner_id {uuid},
  stage_entered_at {time} NOT NULL,
  external_id text,
  {search},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  deleted_at {time},
  version bigint NOT NULL,
  CONSTRAINT deals_organization_id UNIQUE (organization_id, id),
  CONSTRAINT deals_external_id UNIQUE (organization_id, external_id),
  CONSTRAINT deals_company_id FOREIGN KEY (organization_id, company_id) REFERENCES companies (organization_id, id),
  CONSTRAINT deals_pipeline_id FOREIGN KEY (organization_id, pipeline_id) REFERENCES pipelines (organization_id, id),
  CONSTRAINT deals_stage_id FOREIGN KEY (organization_id, pipeline_id, stage_id) REFERENCES stages (organization_id, pipeline_id, id),
  CONSTRAINT deals_lost_reason_id FOREIGN KEY (organization_id, lost_reason_id) REFERENCES lost_reasons (organization_id, id),
  CONSTRAINT deals_owner_id FOREIGN KEY (organization_id, owner_id) REFERENCES members (organization_id, id)
);
CREATE INDEX deals_by_stage ON deals (organization_id, stage_id, stage_entered_at, id) WHERE deleted_at IS NULL AND status = 'open';
CREATE INDEX deals_by_created ON deals (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_updated ON deals (organization_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_title ON deals (organization_id, title_key, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_amount ON deals (organization_id, amount, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_expected_close ON deals (organization_id, expected_close, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_closed ON deals (organization_id, closed_on, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_status ON deals (organization_id, status, closed_on) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_owner ON deals (organization_id, owner_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_company ON deals (organization_id, company_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_in_trash ON deals (organization_id, deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE deal_lines (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  deal_id {uuid} NOT NULL,
  position integer NOT NULL,
  product_id {uuid} NOT NULL,
  quantity bigint NOT NULL,
  unit_price bigint NOT NULL,
  discount integer NOT NULL,
  total bigint NOT NULL,
  CONSTRAINT deal_lines_deal_id FOREIGN KEY (organization_id, deal_id) REFERENCES deals (organization_id, id) ON DELETE CASCADE,
  CONSTRAINT deal_lines_product_id FOREIGN KEY (organization_id, product_id) REFERENCES products (organization_id, id)
);
CREATE INDEX deal_lines_by_deal ON deal_lines (organization_id, deal_id, position);
CREATE INDEX deal_lines_by_product ON deal_lines (organization_id, product_id);

CREATE TABLE deal_stage_stays (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  deal_id {uuid} NOT NULL,
  pipeline_id {uuid} NOT NULL,
  stage_id {uuid} NOT NULL,
  entered_at {time} NOT NULL,
  left_at {time},
  CONSTRAINT deal_stage_stays_deal_id FOREIGN KEY (organization_id, deal_id) REFERENCES deals (organization_id, id) ON DELETE CASCADE,
  CONSTRAINT deal_stage_stays_stage_id FOREIGN KEY (organization_id, pipeline_id, stage_id) REFERENCES stages (organization_id, pipeline_id, id)
);
CREATE INDEX deal_stage_stays_by_deal ON deal_stage_stays (organization_id, deal_id, entered_at);
CREATE INDEX deal_stage_stays_by_stage ON deal_stage_stays (organization_id, pipeline_id, stage_id);

DROP INDEX deals_by_stage;

-- The whole roster (作業員名簿): what else a row says, what rosters ask of a worker's registration, patterns, and what was told of
-- things that run out.

-- 有害物質の取扱い: id of the master data; in words if it is 'other'
alter table roster_row add column hazard text;
alter table roster_row add column hazard_other text not null default '';
-- 特殊健康診断: ids of the master data, as JSON; others in words
alter table roster_row add column checkups text not null default '[]';
alter table roster_row add column checkup_other text not null default '';
-- 資格 used at this site, from those the worker has registered: their names, as JSON
alter table roster_row add column qualifications text not null default '[]';
-- days of the education before being sent (送り出し教育) and on entering the site (新規入場者教育), and of the worker's consent
alter table roster_row add column sent_day {{int}};
alter table roster_row add column induction_day {{int}};
alter table roster_row add column consent_day {{int}};

-- What rosters ask of a worker's registration. Copies of his newest `record`, like worker_trade.
create table worker_facts (
    worker_id text not null primary key references worker (id),
    -- empty for Japanese
    residence_status text not null,
    residence_until {{int}},
    -- choices of the registration, empty if not told
    health text not null,
    pension text not null,
    employment text not null,
    kentaikyo text not null,
    chutaikyo text not null,
    special_accident text not null
){{strict}};
create index worker_facts_residence on worker_facts (residence_until) where residence_until is not null;

create table worker_qualification (
    worker_id text not null references worker (id),
    ordinal {{int}} not null,
    class text not null,
    name text not null,
    from_day {{int}},
    until_day {{int}},
    primary key (worker_id, ordinal)
){{strict}};
create index worker_qualification_until on worker_qualification (until_day) where until_day is not null;
create index card_until on card (valid_until) where state in ('ordered', 'printed');

-- Those who are registered already.
{{only sqlite}}
insert into worker_facts (worker_id, residence_status, residence_until, health, pension, employment, kentaikyo, chutaikyo, special_accident)
select w.id, coalesce(json_extract(r.body, '$.residence_status'), ''), cast(replace(json_extract(r.body, '$.residence_until'), '-', '') as integer),
       coalesce(json_extract(r.body, '$.health_insurance'), ''), coalesce(json_extract(r.body, '$.pension_insurance'), ''),
       coalesce(json_extract(r.body, '$.employment_insurance'), ''), coalesce(json_extract(r.body, '$.kentaikyo'), ''),
       coalesce(json_extract(r.body, '$.chutaikyo'), ''), coalesce(json_extract(r.body, '$.special_accident'), '')
from worker w join record r on r.subject_id = w.id
where r.number = (select max(x.number) from record x where x.subject_id = w.id);
insert into worker_qualification (worker_id, ordinal, class, name, from_day, until_day)
select k.id, k.n, coalesce(json_extract(k.body, '$."qualification.' || k.n || '.class"'), ''), k.name,
       cast(replace(json_extract(k.body, '$."qualification.' || k.n || '.day"'), '-', '') as integer),
       cast(replace(json_extract(k.body, '$."qualification.' || k.n || '.until"'), '-', '') as integer)
from (select w.id, r.body, j.value as name, cast(replace(replace(j.key, 'qualification.', ''), '.name', '') as integer) as n
      from worker w join record r on r.subject_id = w.id, json_each(r.body) j
      where r.number = (select max(x.number) from record x where x.subject_id = w.id) and j.key like 'qualification.%.name') k;
{{end}}
{{only postgres}}
insert into worker_facts (worker_id, residence_status, residence_until, health, pension, employment, kentaikyo, chutaikyo, special_accident)
select w.id, coalesce(r.body::json ->> 'residence_status', ''), cast(replace(r.body::json ->> 'residence_until', '-', '') as integer),
       coalesce(r.body::json ->> 'health_insurance', ''), coalesce(r.body::json ->> 'pension_insurance', ''),
       coalesce(r.body::json ->> 'employment_insurance', ''), coalesce(r.body::json ->> 'kentaikyo', ''),
       coalesce(r.body::json ->> 'chutaikyo', ''), coalesce(r.body::json ->> 'special_accident', '')
from worker w join record r on r.subject_id = w.id
where r.number = (select max(x.number) from record x where x.subject_id = w.id);
insert into worker_qualification (worker_id, ordinal, class, name, from_day, until_day)
select k.id, k.n, coalesce(k.body ->> ('qualification.' || k.n || '.class'), ''), k.name,
       cast(replace(k.body ->> ('qualification.' || k.n || '.day'), '-', '') as integer),
       cast(replace(k.body ->> ('qualification.' || k.n || '.until'), '-', '') as integer)
from (select w.id, r.body::json as body, j.value as name, cast(replace(replace(j.key, 'qualification.', ''), '.name', '') as integer) as n
      from worker w join record r on r.subject_id = w.id, json_each_text(r.body::json) j
      where r.number = (select max(x.number) from record x where x.subject_id = w.id) and j.key like 'qualification.%.name') k;
{{end}}

-- Patterns (作業員名簿パターン): workers of a company with what the roster says of them, to be used on any site.
create table roster_pattern (
    id text not null primary key,
    company_id text not null references company (id),
    name text not null,
    created_at {{bigint}} not null,
    account_id text not null,
    version {{int}} not null,
    -- taken out of use; kept, since drafts and events name it
    ended_at {{bigint}}
){{strict}};
create index roster_pattern_company on roster_pattern (company_id, ended_at);
create table roster_pattern_worker (
    pattern_id text not null references roster_pattern (id),
    worker_id text not null references worker (id),
    -- what is typed for him, as JSON
    body text not null,
    primary key (pattern_id, worker_id)
){{strict}};

-- Lines that wait to be put on a roster or changed there (from a pattern, another site or a sheet) until somebody has looked at what
-- they would do. A working paper: thrown away when it is used or a day old.
create table roster_draft (
    id text not null primary key,
    site_id text not null references site (id),
    node_id text not null references node (id),
    account_id text not null,
    at {{bigint}} not null,
    -- 'pattern', 'site' or 'sheet', and its name
    source text not null,
    source_name text not null,
    -- JSON
    body text not null
){{strict}};
create index roster_draft_at on roster_draft (at);

-- What was told of things that run out: once for each last day and each notice.
create table expiry_told (
    worker_id text not null references worker (id),
    -- 'residence', 'card' or 'qualification'
    kind text not null,
    -- which of them
    item text not null,
    until_day {{int}} not null,
    -- 'soon' or 'very_soon'
    stage text not null,
    at {{bigint}} not null,
    primary key (worker_id, kind, item, until_day, stage)
){{strict}};

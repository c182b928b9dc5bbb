-- Sites in full (現場・契約情報): everything registered of a site lies in `body`, fields by name; the columns beside it are copies that
-- lists and rules ask. The row is the present; every change is an event (site_event).
alter table site add column body text not null default '{}';
-- what the prime opened to others (公開設定項目), JSON: item → [to workers, to upper companies]
alter table site add column publication text not null default '{}';
-- the last day that was meant, if the site was ended early
alter table site add column planned_to_day {{int}};
-- deleted before anybody worked there
alter table site add column deleted_at {{bigint}};

{{only sqlite}}
update site set body = json_patch('{}', json_object(
    'name', name, 'street', nullif(address, ''), 'boundary', cast(day_boundary / 60 as text),
    'from', substr(from_day, 1, 4) || '-' || substr(from_day, 5, 2) || '-' || substr(from_day, 7, 2),
    'to', substr(to_day, 1, 4) || '-' || substr(to_day, 5, 2) || '-' || substr(to_day, 7, 2),
    'contract.0.name', case when orderer <> '' then name end, 'contract.0.orderer', nullif(orderer, '')));
{{end}}
{{only postgres}}
update site set body = json_strip_nulls(json_build_object(
    'name', name, 'street', nullif(address, ''), 'boundary', cast(day_boundary / 60 as text),
    'from', to_char(to_date(from_day::text, 'YYYYMMDD'), 'YYYY-MM-DD'),
    'to', to_char(to_date(to_day::text, 'YYYYMMDD'), 'YYYY-MM-DD'),
    'contract.0.name', case when orderer <> '' then name end, 'contract.0.orderer', nullif(orderer, '')))::text;
{{end}}

-- Suspensions (中断): days on which touches are not taken in. One that was called off before its first day ends before it begins.
create table site_pause (
    id text not null primary key,
    site_id text not null references site (id),
    from_day {{int}} not null,
    -- null: until somebody says that work goes on
    to_day {{int}},
    reason text not null,
    created_at {{bigint}} not null
){{strict}};
create index site_pause_site on site_pause (site_id, from_day);

-- Where work was done on a day at a bundled site (まとめ現場, 作業場所メモ).
create table site_place (
    id text not null primary key,
    site_id text not null references site (id),
    day {{int}} not null,
    place text not null,
    created_at {{bigint}} not null,
    -- taken back; the row stays
    removed_at {{bigint}}
){{strict}};
create index site_place_day on site_place (site_id, day);

-- Registration (事業者登録・技能者登録). Everything a company or a worker is registered with lies in `record`, version by version; the
-- columns added here are copies of what lists search and rules ask.

-- 'corporation' (法人), 'sole_trader' (個人事業主) or 'sole_master' (一人親方)
alter table company add column kind text not null default 'corporation';
-- digits only
alter table company add column phone text not null default '';
-- 建設業許可番号, e.g. '13-012345'
alter table company add column licence text not null default '';
-- 法人番号, 13 digits
alter table company add column corporate_number text not null default '';
-- code of the prefecture
alter table company add column prefecture text not null default '';
alter table company add column email text not null default '';
-- last day of the registration; null: never told
alter table company add column valid_until {{int}};
-- 'registered', 'suspended', 'expired' or 'withdrawn'
alter table company add column state text not null default 'registered';

alter table worker add column birth_day {{int}};
-- family and given names in capitals, one space between words
alter table worker add column name_alphabet text not null default '';
alter table worker add column phone text not null default '';
alter table worker add column email text not null default '';
-- how the identity was shown: 'papers' or 'employer' (only the employer vouched: shorter validity of the card)
alter table worker add column identity text not null default 'papers';
-- 1 to 4
alter table worker add column level {{int}} not null default 1;

-- What a company or a worker was registered with, and since when: one row per version, the newest is in force, none is ever changed.
create table record (
    -- company or worker ID
    subject_id text not null,
    number {{int}} not null,
    at {{bigint}} not null,
    -- application it came from; null: imported or made up
    application_id text,
    account_id text not null,
    -- fields by name, as JSON
    body text not null,
    primary key (subject_id, number)
){{strict}};

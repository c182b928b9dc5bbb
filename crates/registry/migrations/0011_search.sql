-- Search in the whole country's registry. Keys are compared byte by byte (collation "C"), so that "begins with" is one walk in an
-- index on both databases; no extension is needed. A key is a name without spaces and with A to Z
-- in small letters (those of full width stay: SQLite knows no others, and the two are to find the same).

-- Names of companies from each of their letters on, so that a word in the middle is found by its beginning too (みらい in
-- 大空みらい建設). Kept by triggers, since several rooms write companies. Letters beyond the 60th begin no part.
create table company_name_part (
    part text {{only postgres}}collate "C"{{end}} not null,
    prefecture text not null,
    company_id text not null,
    primary key (part, prefecture, company_id)
){{only sqlite}}strict, without rowid{{end}};

{{only sqlite}}
create trigger company_name_part_insert after insert on company begin
    insert or ignore into company_name_part (part, prefecture, company_id)
    select substr(k.word, n.value), new.prefecture, new.id
    from (select replace(replace(lower(new.name), ' ', ''), '　', '') as word) k
    join json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60]') n
      on n.value <= length(k.word);
end;
create trigger company_name_part_update after update of name, prefecture on company begin
    delete from company_name_part where company_id = old.id and prefecture = old.prefecture and part in (
        select substr(k.word, n.value)
        from (select replace(replace(lower(old.name), ' ', ''), '　', '') as word) k
        join json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60]') n
          on n.value <= length(k.word));
    insert or ignore into company_name_part (part, prefecture, company_id)
    select substr(k.word, n.value), new.prefecture, new.id
    from (select replace(replace(lower(new.name), ' ', ''), '　', '') as word) k
    join json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60]') n
      on n.value <= length(k.word);
end;
{{end}}
{{only postgres}}
create function company_name_part_keep() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        delete from company_name_part p where p.company_id = old.id and p.prefecture = old.prefecture and p.part in (
            select substr(k.word, n) from (select replace(replace(lower(old.name collate "C"), ' ', ''), '　', '') as word) k,
                generate_series(1, least(length(k.word), 60)) n);
    end if;
    insert into company_name_part (part, prefecture, company_id)
    select substr(k.word, n), new.prefecture, new.id from (select replace(replace(lower(new.name collate "C"), ' ', ''), '　', '') as word) k,
        generate_series(1, least(length(k.word), 60)) n
    on conflict do nothing;
    return null;
end $$;
create trigger company_name_part_keep after insert or update of name, prefecture on company
    for each row execute function company_name_part_keep();
{{end}}
-- The companies that are there already: the triggers do the work.
update company set name = name;

create index company_by_kana on company ((replace(replace(name_kana, ' ', ''), '　', '')) {{only postgres}}collate "C"{{end}}, id);
create index company_by_phone on company (phone {{only postgres}}collate "C"{{end}}, id) where phone <> '';
create index company_by_licence on company ((replace(licence, '-', '')) {{only postgres}}collate "C"{{end}}, id) where licence <> '';
create index company_by_corporate_number on company (corporate_number {{only postgres}}collate "C"{{end}}, id) where corporate_number <> '';

-- Workers by the beginning of the whole name, and of what stands behind its first space (the given name).
create index worker_by_name on worker ((replace(replace(lower(name{{only postgres}} collate "C"{{end}}), ' ', ''), '　', '')) {{only postgres}}collate "C"{{end}}, id);
create index worker_by_given on worker ((replace(lower(substr(name, {{only sqlite}}instr{{end}}{{only postgres}}strpos{{end}}(name, ' ') + 1){{only postgres}} collate "C"{{end}}), ' ', '')) {{only postgres}}collate "C"{{end}}, id);
create index worker_by_kana on worker ((replace(replace(name_kana, ' ', ''), '　', '')) {{only postgres}}collate "C"{{end}}, id);
create index worker_by_given_kana on worker ((replace(substr(name_kana, {{only sqlite}}instr{{end}}{{only postgres}}strpos{{end}}(name_kana, ' ') + 1), ' ', '')) {{only postgres}}collate "C"{{end}}, id);
create index worker_by_alphabet on worker ((replace(lower(name_alphabet{{only postgres}} collate "C"{{end}}), ' ', '')) {{only postgres}}collate "C"{{end}}, id) where name_alphabet <> '';
create index worker_by_given_alphabet on worker ((replace(lower(substr(name_alphabet, {{only sqlite}}instr{{end}}{{only postgres}}strpos{{end}}(name_alphabet, ' ') + 1){{only postgres}} collate "C"{{end}}), ' ', '')) {{only postgres}}collate "C"{{end}}, id) where name_alphabet <> '';
create index worker_by_phone on worker (phone {{only postgres}}collate "C"{{end}}, id) where phone <> '';

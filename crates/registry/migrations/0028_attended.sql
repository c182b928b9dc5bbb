-- 1: the day has an entry or an exit. A day whose touches turned out to be another day's, or that was voided, has none and is in no list.
-- A column of its own, so that the first index below answers the month of a site alone and an exit changes nothing in it.
alter table history add column attended {{int}} not null default 1;
update history set attended = 0 where first_in is null and last_out is null;
drop index history_site;
create index history_site on history (site_id, work_day, worker_id, employer_id, node_id, counts, attended, judgement);
-- what is open costs what is open
drop index history_open;
create index history_open on history (site_id, work_day, worker_id, employer_id, node_id, judgement, attended) where counts = 0;

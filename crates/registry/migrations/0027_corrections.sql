-- Corrections of recorded days (事後補正) go the way of direct input; the prime voids a day (取消).
-- 'entry' or 'correction'
alter table direct_request add column kind text not null default 'entry';
-- what a correction changes, as JSON; empty for an entry
alter table direct_request add column change text not null default '';
drop index direct_request_open;
create unique index direct_request_open on direct_request (worker_id, work_day, place, kind) where state = 'requested';

-- 'times': a correction has set the day's times, they follow no touches any more; 'void': the prime has voided the day
alter table history add column fixed text;

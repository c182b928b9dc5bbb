-- What the roster said of hazardous substances (有害物質の取扱い) and special check-ups (特殊健康診断) when the day first counted, as JSON;
-- null where it said nothing of them, as on most days.
alter table history add column hazards text;

mend-title = Days that do not count yet
mend-lead = The work is recorded. Once the reason below is mended, the days count, looking back.
mend-empty = No day waits to be mended now.
mend-own = You can mend this
mend-by-proxy = You can mend this as proxy
mend-days = { $count ->
    [one] one day
   *[other] { $count } days
}
mend-workers = { $count ->
    [one] One person
   *[other] { $count } people
}
mend-period-ends = Change the period
mend-company-ends = Renew the registration
mend-in-future = Look at the readers
mend-malformed = Look at the readers
mend-unknown-site = Look at the readers
mend-dead-card = Look at the card
mend-registration-ended = Look at the registration
refused-title = Refused touches
refused-empty = None.
refused-lead = The touches are not lost. Those outside the period are taken in as soon as the period is changed; the others once the cause is mended and the reader sends them again.
missing-title = What is missing, all sites
missing-window = All days since { $from } that can still be mended.
missing-of-month = Only days of { $month }.
missing-all-open = Show all days that can still be mended
missing-now = Do not count now
missing-next-deadline = Nearest deadline
missing-mended = Mended, count now
missing-now-title = What does not count now, the most days first
missing-soon-title = What will not count if nothing is done
missing-soon-lead = No day is lost yet. Mended before the next touch, days count from the first.
missing-coming = about { $count ->
    [one] one day
   *[other] { $count } days
} in the next 30 days
missing-coming-short = Expected in 30 days
missing-until = Counts if mended by { $until }
missing-until-some = { $days } of them only until { $until }
missing-last = until { $last }
missing-not-yet = no touch yet
missing-more-days = { $count ->
    [one] one more day
   *[other] { $count } more days
}
missing-all-workers = Show all { $count } people
missing-all-at-once = Mend all at once
missing-back = Back to all reasons
missing-gone = This is mended already.
missing-period-ends = The history period of the site ends on { $last }. Later touches will be refused.
missing-company-ends = The registration of { $company } ends on { $last }.
missing-card-ends = On the roster of { $company } there are people whose cards end soon.
missing-message-open = Tell who can mend it
missing-message-subject = [{ $site }] Please look at the work history
missing-message = { $text }
    { $address }
missing-tell = Send a notice
missing-copy = Copy the text
missing-copied = Copied
missing-mail = Send by mail
missing-told-on = told on { $day }
missing-told = { $told ->
    [one] One notice was sent.
   *[other] { $told } notices were sent.
}
missing-told-already = A notice was sent a short while ago. It can be sent again in some days.
missing-nobody-to-tell = There is nobody to send a notice to.
again-button = Judge again
again-lead = If something was mended and the days do not show it, they can be judged again here.
again-progress = Judging again: { $done } of { $days } days are done.
again-result = Of { $days } days judged again, { $counting } count now.
again-nothing = There was no day to judge again.
again-under-way = The days are being judged again. Please wait until that has ended.
missing-company-lead = Everything at your own sites, and the days of your own workers at others.
missing-company-empty = Nothing is missing at any site.
missing-to-sites = To the list of sites
missing-own-registration = Your company's registration ends on { $last }
missing-todo-title = What you can mend, the most days first
missing-left-out = { $count ->
    [one] There is one more; see the page of its site.
   *[other] There are { $count } more; see the pages of the sites.
}
missing-sites-title = By site
missing-what = What
missing-stake = Worker-days
missing-deadline = Until
missing-do = Mend
missing-look = Look at it
notice-missing-entry-missing = { $site }: only an exit is recorded for { $days } worker-day(s). They count if the entry is added by { $until }.
notice-missing-employer-not-linked = { $site }: some of your days do not count because no employer is registered for you. Please register your employer by { $until }.
notice-missing-company-not-in-organisation = { $site }: { $company } is not in the organisation, so { $days } worker-day(s) do not count. Please invite it by { $until }.
notice-missing-company-not-approved = { $site }: { $company } has not answered the invitation to the organisation. Worker-days waiting for it: { $days }. Please look at it by { $until }.
notice-missing-upper-not-approved = { $site }: { $company }, an upper company, has not approved, so { $days } worker-day(s) do not count. Please look at it by { $until }.
notice-missing-not-on-roster = { $site }: people who are not on the roster of { $company } worked { $days } worker-day(s). They count if the people are put on it by { $until }.
notice-missing-not-tied-to-roster-company = { $site }: people on the roster of { $company } are not tied to it (worker-days that do not count: { $days }). Please put roster or tie right by { $until }.
notice-missing-trade-missing = { $site }: on the roster of { $company } there are people without a trade to the small class (worker-days that do not count: { $days }). Please choose it by { $until }.
notice-missing-trade-not-held = { $site }: on the roster of { $company } there are people with a trade that they have not registered (worker-days that do not count: { $days }). Please put it right by { $until }.
notice-missing-period-ends = The history period of { $site } ends on { $until }. If the work goes on, please change the period.
notice-missing-company-ends = The registration of { $company } ends on { $until }. Please renew it.
notice-missing-card-ends = Your career card ends soon. Please renew it.

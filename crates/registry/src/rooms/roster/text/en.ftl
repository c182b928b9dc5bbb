roster-title = Roster
roster-worker = Worker
roster-worker-id = Worker ID
roster-company = Company
roster-trade = Trade
roster-position = Position
roster-work-content = Work content
roster-days = On the roster
roster-state = State
roster-ordinary = Ordinary worker
roster-whole-period = Whole period of the site
# List
roster-search = Search by name or kana
roster-show-all = Show all
roster-add = Add workers
roster-edit = Edit
roster-back = Back to the roster
roster-empty = Nobody is on the roster yet. Put the workers there who enter this site, and their days count.
roster-empty-below = Nobody is on the roster yet. The workers of the companies in the organisation will stand here.
roster-none-found = No worker fits.
roster-nobody-yet = Companies that have put nobody on the roster yet:
roster-list-comma = ,
roster-mark-good = Counts
roster-mark-ended = Ended
roster-mark-upper-open = Waits for { $company } to approve
roster-mark-not-tied = No longer with the company
roster-mark-no-trade = No trade
roster-mark-trade-not-held = Trade not registered by the worker
roster-mark-accrues-elsewhere = History accrues to another roster
# Adding
roster-add-title = Put workers on the roster
roster-which-node = On the roster of which work?
roster-search-own = Search by name, kana or worker ID
roster-all-there = All workers of your company are on this roster.
roster-about-not-tied = The worker asked for does not belong to your company now, so he cannot be put on the roster. Check his registration.
roster-common = The same for all
roster-common-hint = Position, work content and days that hold for everybody ticked.
roster-as-common = As for all
roster-candidates = { $count ->
    [one] One worker of your company is not on this roster yet.
   *[other] { $count } workers of your company are not on this roster yet.
}
roster-page-by-page = Only those ticked on this page are put there: send it before you go to the next.
roster-trade-none = None yet (days will not count)
roster-trade-of = Trade of { $name }
roster-position-of = Position of { $name }
roster-work-content-of = Work content of { $name }
roster-accrues-of = Roster to which the history of { $name } accrues
roster-no-trades-held-short = No trade (small class) registered
roster-put-ticked = Put those ticked on the roster
roster-put-everybody = { $count ->
    [one] Put the one on this page there
   *[other] Put all { $count } on this page there
}
roster-put = { $workers ->
    [one] One worker was put on the roster.
   *[other] { $workers } workers were put on the roster.
}{ $days ->
    [0] {""}
    [one] {" "}One day of history so far counts now.
   *[other] {" "}{ $days } days of history so far count now.
}
roster-put-already = { $workers ->
    [one] The worker chosen was on this roster before. Nothing has changed.
   *[other] The { $workers } workers chosen were on this roster before. Nothing has changed.
}
roster-fault-of = { $name }: { $fault }
# One row
roster-trade-hint = From the trades (small classes) the worker has registered. Without one, his days do not count.
roster-trade-gone = { $trade } (cannot be chosen now)
roster-no-trades-held = This worker has registered no trade down to the small class. It has to be added to his registration first.
roster-position-hint = For foremen, squad leaders and the like. Leave it empty for an ordinary worker.
roster-work-content-hint = Such as: cutting and fixing of reinforcement
roster-days-hint = Only for part of the site's period. Empty: the whole of it.
roster-from = First day
roster-to = Last day
roster-to-hint = For a worker who has left this site: his last day.
roster-accrues = Roster to which the history accrues
roster-accrues-to = The history accrues to the roster of { $company } now.
roster-accrues-to-another = The history accrues to the roster of another company now.
roster-accrue-here = Let the history accrue to this roster
roster-accrue-stay = Leave it where it is
roster-change-note = A change holds for days that do not count yet and for work to come. Days that count keep their trade and position.
roster-changed = The row was changed.{ $days ->
    [0] {""}
    [one] {" "}One day of history so far counts now.
   *[other] {" "}{ $days } days of history so far count now.
}
roster-changed-meanwhile = Somebody else changed this row meanwhile. What you typed is still here: save again if it shall hold.
# Faults
roster-node-not-approved = Your company has not approved its place in the organisation yet. Approve first.
roster-nobody-chosen = Tick the workers to put on the roster.
roster-not-tied = Only workers who belong to your company can be put on its roster.
roster-trade-unknown = This trade cannot be chosen. Choose a small class.
roster-trade-not-held = The worker has not registered this trade. Have it added to his registration, or choose another.
roster-position-unknown = This position cannot be chosen.
roster-outside-period = Choose a day in the site's period, { $from } to { $to }.
roster-period-backward = The last day must not be before the first.
# The whole roster
roster-many = Put many at once
roster-look = Look
roster-by-proxy = You act as proxy
roster-every-company = All companies
roster-every-trade = All trades
roster-missing = What is missing
roster-missing-any = Anything or nothing
roster-lack-approval = Approval in the organisation
roster-lack-tie = Not tied any more
roster-lack-trade = No trade
roster-lack-trade-not-held = Trade not registered by the worker
roster-lack-expiry = Runs out soon or has run out
roster-lack-insurance = Not insured, or not told
roster-lack-education = No day of the site's education
roster-lack-consent = No day of consent
roster-nothing-missing = Nobody lacks this.
roster-found = { $count ->
    [one] 1 worker
   *[other] { $count } workers
}
roster-print-a4 = Print on A4
roster-print-a3 = Print on A3
roster-print-title = Roster (for printing)
roster-print-how = Print this page with your browser.
roster-print-note = By law the numbers of health insurance are not shown.
roster-printed-on = Made on
roster-number = No.
roster-birth = Born, age
roster-age = { $age ->
    [one] 1 year
   *[other] { $age } years
}
roster-insurance = Social insurance
roster-funds = Retirement funds, special accident cover
roster-health = Health
roster-pension = Pension
roster-employment = Employment
roster-kentaikyo = Kentaikyo
roster-chutaikyo = Chutaikyo
roster-special-accident = Special accident cover
roster-insured = Insured
roster-not-told = Not told
roster-has = yes
roster-has-not = no
roster-education = Education, consent
roster-lasting = What runs out, qualifications
roster-until = (until { $day })
roster-residence = Residence
roster-card = Career card
roster-a-qualification = Qualification
roster-runs-out = { $what } until { $day }
roster-ran-out = { $what } ran out on { $day }
roster-mark-insurance = Not insured, or not told
roster-mark-education = No day of the site's education
roster-mark-consent = No day of consent
roster-hazard = Hazardous substance
roster-hazard-hint = Choose what is handled at this site, if anything is.
roster-hazard-none = Not set
roster-hazard-other = Hazardous substance (other)
roster-hazard-other-hint = To be filled in if you chose "other".
roster-checkups = Special check-ups
roster-checkup-other = Special check-ups (other)
roster-qualifications = Qualifications
roster-qualifications-hint = Tick those of the worker's registered qualifications that he uses at this site.
roster-qualification-until = { $name } (until { $day })
roster-qualification-gone = { $name } (no longer registered by the worker)
roster-sent = Day of the education before being sent
roster-sent-hint = Given by the company before it sends the worker.
roster-sent-short = before being sent
roster-induction = Day of the education on entering the site
roster-induction-hint = Given when the worker first comes to the site.
roster-induction-short = on entering
roster-consent = Day of the worker's consent
roster-consent-hint = The day on which he consented to these data being handed to the prime.
roster-consent-short = consent
roster-proxy-row = You change this as proxy, by the agreement with { $company } and the worker's consent. { $company } is told.
roster-proxy-add = You put workers on the roster as proxy, by the agreement with { $company }. Only workers who consent are shown.
roster-proxy-silent = { $count ->
    [one] One worker does not consent or has not answered.
   *[other] { $count } workers do not consent or have not answered.
}
roster-hazard-unknown = This hazardous substance cannot be chosen.
roster-checkup-unknown = One of the special check-ups cannot be chosen.
roster-qualification-not-held = "{ $name }" is not one of the qualifications the worker has registered.
roster-day-to-come = Enter the day on which it took place. It cannot be in the future.
roster-worker-twice = This worker stands here more than once. Put it into one line.
roster-not-tied-or-no-consent = Workers who do not belong to the company or do not consent to proxies cannot be put on the roster.
roster-line-changed-meanwhile = Somebody else changed this row meanwhile. Please make it again.
notice-roster-by-proxy = { $company } put or changed { $count } on the roster of "{ $site }" in your place.
# Many at once
roster-many-title = Put many at once
roster-many-lead = You see what would be done first, then do it at once. As long as something is wrong, nothing is done.
roster-by-sheet = With Excel
roster-by-sheet-how = The template holds the present roster and the company's other workers. Fill it in and send it: you are shown what would be put there and changed.
roster-sheet-template = Download the Excel template
roster-sheet-file = The filled-in file (.xlsx, up to 5 MB)
roster-look-first = Look first
roster-by-pattern = From a roster pattern
roster-pattern = Pattern
roster-no-patterns = There is no pattern yet.
roster-by-site = Copy from another site
roster-other-site = Site to copy from
roster-other-site-hint = Trade, position, work content, qualifications and the like are copied; the period and the days of education and consent are not.
roster-no-other-sites = There is no other site whose roster can be copied.
roster-save-pattern = Keep this roster as a pattern
roster-save-pattern-how = Keeps your company's workers who stand on the roster now as a pattern.
roster-name-and-count = { $name } ({ $count })
roster-proxy-many = You act as proxy, by the agreement with { $company }. Patterns and copies from other sites are for your own rosters only.
roster-choose-source = Choose what to copy from.
roster-nobody-in-it = There is nobody in it.
roster-draft-title = What would be done
roster-draft-lead = Nothing is done yet. Look at it, then do it. It is kept for a day.
roster-source-pattern = Pattern
roster-source-site = Site
roster-source-sheet = File
roster-draft-added = To be put there
roster-draft-changed = To be changed
roster-draft-already = Unchanged
roster-draft-faults = Faults
roster-draft-faults-title = To be mended
roster-draft-mend-sheet = Mend these places in the file and send it again.
roster-draft-mend = These workers cannot be put on the roster as things are.
roster-draft-cell = Cell
roster-draft-field = Field
roster-draft-why = Reason
roster-draft-elsewhere = Some stand at another place of this site too. Choose where their history goes.
roster-draft-leave-out = { $count ->
    [one] Leave out the one with a fault
   *[other] Leave out the { $count } with faults
}
roster-draft-do = Do it
roster-draft-discard = Do nothing
roster-draft-other = Choose another way
roster-draft-fine = What would be done
roster-draft-what = Put or change
roster-draft-new = put there
roster-draft-change = change
roster-draft-more = { $count } more
roster-draft-more-faults = { $count } more
roster-draft-done = { $added } put on the roster, { $changed } changed, { $already } unchanged.{ $days ->
    [0] {""}
    [one] {" "}One past day counts now.
   *[other] {" "}{ $days } past days count now.
}
roster-draft-wrong = Something is wrong, so nothing was done.
roster-draft-discarded = Nothing was done.
roster-sheet-data = Roster
roster-sheet-choices = Choices
roster-sheet-too-many = At most { $name } workers can be sent at once.
roster-sheet-no-worker-column = There is no column of worker IDs. Use the template.
roster-sheet-held-trades = Trades the worker has registered
roster-sheet-held-qualifications = Qualifications the worker has registered
roster-sheet-note-worker = 14 digits
roster-sheet-note-trade = one he has registered
roster-sheet-note-position = empty: ordinary worker
roster-sheet-note-from = 2026-11-21
roster-sheet-note-to = 2026-11-21
roster-sheet-note-checkups = with commas between
roster-sheet-note-qualifications = with commas between
roster-sheet-note-sent = 2026-11-21
roster-sheet-note-induction = 2026-11-21
roster-sheet-note-consent = 2026-11-21
roster-sheet-note-accrues = if he stands at another place too
# Patterns
roster-patterns-title = Roster patterns
roster-patterns-lead = Keep those who often work together as a pattern, and put them on the roster of any site at once.
roster-patterns-empty = There is no pattern yet.
roster-pattern-name = Name of the pattern
roster-pattern-name-hint = For example: rebar squad A
roster-pattern-workers = Workers
roster-pattern-open = Open
roster-pattern-new = New pattern
roster-pattern-make = Make it
roster-pattern-made = The pattern was made.
roster-pattern-saved = The pattern was saved.
roster-pattern-ended = The pattern was removed.
roster-pattern-changed-meanwhile = Somebody else changed this pattern meanwhile. Look at it and enter your change again.
roster-pattern-how = Changes here do not touch rosters. To use it, choose "Put many at once" on the roster of a site.
roster-pattern-empty = Nobody is in this pattern yet. Add workers below.
roster-pattern-out = Take out
roster-pattern-add = Add workers
roster-pattern-add-ticked = Add those ticked
roster-pattern-all-in = All workers of your company are in this pattern.
roster-pattern-end = Remove this pattern
roster-pattern-end-means = Rosters stay as they are.
# What runs out
expiries-title = Residence, qualifications and cards that run out
expiries-lead = What of your own workers runs out within { $days } days, or has run out.
expiries-empty = Nothing runs out soon.
expiries-found = { $count ->
    [one] 1 thing
   *[other] { $count } things
}
expiries-what = What
expiries-when = Until
expiries-note = When it was renewed, ask for a change of the worker's registration. It leaves this list when the change is registered.
notice-expiry-residence = Your registered stay ends on { $day }. When it is renewed, ask for a change of your registration.
notice-expiry-qualification = Your qualification "{ $item }" holds until { $day }. When it is renewed, ask for a change of your registration.
notice-expiries = { $count } stays, qualifications or cards of your workers run out by { $day }.

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

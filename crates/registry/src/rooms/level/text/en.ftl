menu-own-level = Level
level-own-title = My level
level-own-lead = Reckoned from your days that count and your registered qualifications: a guide. The level itself is given by the evaluation body of the field, when you apply.
level-own-card = Your card shows level { $level }.
level-own-simplified = With the simplified registration no level can be given, since it has no qualifications. Switch to the detailed one and register them; the days so far keep counting.
level-own-no-qualifications = No qualification of yours is registered. Register those you hold by changing your registration: only registered ones count.
level-own-empty = There is no field yet in which a level could be reckoned. See whether your trade is registered down to the small class.
level-own-without-field = These trades belong to no field of evaluation (or lack the small class), so their days lead to no level.
level-own-earlier = Work before April 2024 that was not recorded can sometimes be added by a certificate of your company. The simple check shows what it would give.
level-check-title = Simple level check
level-check-link = Check your level (no registration, no sign-in)
level-check-lead = Choose your field, tell how long you have worked and what you hold: you see your level, as a guide, and what the next one lacks. No registration, no sign-in.
level-check-search = Name of a field or trade
level-check-none = No field fits these words. Try a shorter name of the trade.
level-check-all = Show all fields
level-check-count = { $count ->
    [one] One field
   *[other] { $count } fields
}
level-check-ask = Fill in what you know. What is empty counts as zero.
level-check-unconfirmed = Not all criteria of this field could be confirmed. Where that is so, it is said.
level-check-answer = Result
level-check-again = Change something and try again
level-check-only-guide = This is a guide. The real judgement is made by the evaluation body, from registered days and qualifications.
level-check-work = Time worked in this field
level-check-work-hint = 215 days are counted as a year.
level-check-foreman = Of it, as foreman
level-check-foreman-hint = Who leads the company's workers on the site.
level-check-squad = Of it, as squad leader
level-check-squad-hint = Who is not the foreman and leads a squad or several workers.
level-check-years = years
level-check-months = months
level-check-work-years = Time worked (years)
level-check-work-months = Time worked (months)
level-check-foreman-years = As foreman (years)
level-check-foreman-months = As foreman (months)
level-check-squad-years = As squad leader (years)
level-check-squad-months = As squad leader (months)
level-check-number = Enter a whole number from 0 to { $most }.
level-check-more-than-work = The times as foreman and squad leader are longer together than the time worked. Change one of them.
level-check-held = What you hold (from the criteria of level { $level })
level-check-no-list = The list of qualifications of this field was not seen, so only days are reckoned.
level-check-button = Check
level-check-nothing-kept = Nothing of what you enter is kept.
level-name = Level { $level }
level-guide = At present (a guide)
level-guide-unsure = Rests on criteria that are not confirmed
level-next = Missing for level { $level }
level-top = You meet what the highest level asks for.
level-forecast = At the pace of your last 12 months you meet level { $level } around { $day }.
level-forecast-days-only = At the pace of your last 12 months the days for level { $level } are there around { $day }. The qualifications are needed besides.
level-days-counted = { $days ->
    [one] One work day counts
   *[other] { $days } work days count
}
level-no-days = No day counts in this field yet.
level-part-site = { $trade }: { $days } days ({ $from } – { $to })
level-part-training = Training ({ $trade }): { $days } days ({ $from } – { $to })
level-part-certificate = Certificate of earlier career: { $days } days ({ $from } – { $to })
level-part-told = The time you entered: { $days } days
level-left-title = What does not count
level-left-outside-field = { $amount } days as { $trade }: not a trade of this field.
level-left-no-small-class = { $amount } days: the small class of the trade is missing.
level-left-conditional = { $amount } days as { $trade }: they count depending on the work; the evaluation body decides.
level-left-training-too-early = { $amount } days of training: before training counted.
level-left-before-course = { $amount } days: up to the month of the foreman's course (all, if there was none).
level-left-certificate-before-course = { $amount } months of the certificate: up to the month of the foreman's course (all, if there was none).
level-left-squad-without-course = { $amount } days as squad leader: the course for foremen that they need is missing.
level-left-certificate-before-start = { $amount } months of the certificate: before the month of the earliest qualification.
level-left-certificate-without-start = { $amount } months of the certificate: without any qualification they have no beginning.
level-left-certificate-after-limit = { $amount } months of the certificate: it can cover time up to March 2024 only.
level-left-certificate-after-registration = { $amount } months of the certificate: after the registration only records count.
level-left-certificate-too-late = { $amount } months of the certificate: certificates are no longer accepted.
level-left-certificate-outside-work = { $amount } months of the certificate: not certified as time at work.
level-left-same-month = { $amount } days: a certificate covers the same month, and the greater of the two counts.
level-lapsed-title = Qualifications that do not count
level-ran-out = { $name }: ran out on { $day }.
level-not-yet-held = { $name }: dated { $day }, which is still to come.
level-conditions = What each level asks for
level-met = Met
level-not-met = Not yet
level-unknown = Cannot be told
level-unconfirmed = Criteria not confirmed
level-unconfirmed-note = Not all criteria of this level could be confirmed. Take it as a guide only.
level-other-ways = Other ways
level-sources = Where the criteria were read
level-body = Evaluation body: { $body }
level-line-met = Yes
level-line-not-met = Not yet
level-line-unknown = Unknown
level-days = Work days
level-foreman = Days as foreman
level-foreman-or-squad = Days as foreman or squad leader
level-figure = { $label }: { $have } of { $need }
level-figure-unknown = { $label }: { $have } (how many are needed is not confirmed)
level-usual-figure = The figure of this field could not be confirmed. The one of most fields stands here.
level-by-reading = Met as we read the rules. Ask the evaluation body.
level-qualifications = Qualifications
level-qualifications-of = Qualifications of level { $level }
level-unseen = The list of qualifications of level { $level } could not be confirmed to its end.
level-held = held
level-not-held = not held
level-item-by = { $name } ({ $by })
level-all-of = All of these
level-any-of = One of these
level-this = This one
level-at-least = { $count } of these
level-or-between = {" "}or{" "}
level-or-else = {" "}– or{" "}
level-or-else-line = or
level-between = ,{" "}
level-need-unknown = how many are needed is not confirmed
level-days-short = { $days ->
    [one] one more work day
   *[other] { $days } more work days
}
level-foreman-short = { $days ->
    [one] one more day as foreman
   *[other] { $days } more days as foreman
}
level-squad-short = { $days ->
    [one] one more day as foreman or squad leader
   *[other] { $days } more days as foreman or squad leader
}
level-take = gain { $list }
level-take-some = gain { $count } of { $list }
level-take-some-below = gain { $count } of the qualifications listed below
level-courses-of = of level { $level }: { $ways }
level-wage = Pay a year as orientation (level { $level }, { $whose }): { $yen }. Published by the ministry in { $year }; nobody is bound by it.
level-wage-old = Pay a year as orientation (level { $level }, { $whose }): { $yen }. Published by the ministry in { $year }. The figures of the revision of December 2025 are not here yet.
level-wage-of-field = this field
level-wage-of-all = all fields
level-wage-yen = { $yen } yen
level-wage-range = { $low } to { $high } yen

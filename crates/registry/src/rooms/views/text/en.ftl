views-title = Views of the work history
views-to-calendar = Calendar
views-to-list = Month list
views-to-totals = Month totals
views-totals-title = Work history (month totals)
views-list-title = Work history (month list)
views-own-workers-link = Work history of our workers
views-own-workers = The days of your own workers at all sites.
views-totals-legend = The figure is the days that count, △ those that do not yet. A day at several sites is one day.
views-empty = There is no work history in these months.
views-none-found = No worker fits.
views-company = Employer
views-node = Organisation (with all beneath)
views-level = Level
views-level-n = Level { $level }
views-show = Counting
views-show-counting = Workers with days that count
views-show-open = Workers with days that do not count yet
views-months = Months
views-months-usual = 3 months (usual)
views-months-n = { $count ->
    [one] 1 month
   *[other] { $count } months
}
views-size = Workers on a page
views-size-usual = 100 (usual)
views-size-n = { $count }
views-all = All
views-filter-none = Clear the filters
views-kana = Row of the kana table
views-back = Back to the screen view
views-lines = { $count } workers
views-month = Month
views-recorded = Recorded
views-counting = Counting
views-open = Not yet
views-foreman = Foreman
views-squad = Squad leader
views-sum = Total
views-health = Health insurance
views-pension = Pension
views-employment = Employment insurance
views-kentaikyo = Kentaikyo
views-kentaikyo-site = Kentaikyo at this site: { $method }
views-told-note = Level, insurance and kentaikyo are what the worker registered. They are shown of those on the roster and of your present workers.
views-days-n = { $count ->
    [one] 1 day
   *[other] { $count } days
}
views-reason-days = { $reason } ({ $days })
views-own-title = My whole work history
views-own-link = Everything so far
views-own-counting = Days that count, in all
views-own-sites = Sites worked at
views-own-note = A day at several sites is one day. Foreman and squad leader: days in that position that count.
views-own-empty = There is no work history yet.
views-own-months = The last 25 months
views-own-trades = Days that count, by trade

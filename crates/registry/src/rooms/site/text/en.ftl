menu-sites = Sites
sites-title = Sites
sites-search = Search by site name, site ID, address or prime
sites-with-ended = Show ended sites too
sites-empty = No sites yet. Sites you register as prime, and sites an upper company invites you to, will stand here.
sites-none-found = No site fits.
search = Search
save = Save
cancel = Cancel
actions = Actions
site-new = Register a site
site-new-title = Register a site
site-edit = Change this site
site-edit-title = Change a site
site-register = Register
site-registered = The site is registered. Next: add a card reader and invite your first-tier companies.
site-changed = The site was changed.
site-changed-and-taken-in = The site was changed. Touches that had been refused for the old period and lie inside the new one were taken in.
site-name = Site name
site-id = Site ID
site-prime = Prime
site-standing = Your standing
site-address = Address of the site (office)
site-address-hint = Begin with the prefecture.
site-orderer = Orderer
site-period = History period
site-period-hint = Touches outside this period do not become histories.
site-from = First day
site-to = Last day
site-boundary = Day begins at
site-boundary-hint = For much night work the boundary can be moved into the morning. It is fixed once there are histories.
site-boundary-hour = { $hour ->
    [0] Midnight (usual)
   *[other] { $hour }:00
}
site-boundary-range = Choose an hour from 0 to 12.
site-boundary-fixed = There are histories already, so the boundary of the day can no longer be changed.
site-period-backward = The last day must not be before the first.
site-period-long = The period may last { $years } years at most. Is the year right?
site-data = Site data
site-gate = Gate
site-calendar = Calendar
site-organisation = Organisation
site-roster = Roster
site-readers = Card readers
site-approval-waits = Waits for approval
site-own-approval = { $prime } has invited you to this site. Check the work and approve. Until then your workers' days do not count.
site-answer = Check and answer
site-to-mend = This month { $count ->
    [one] one day does not count yet.
   *[other] { $count } days do not count yet.
}
site-to-mend-link = See why and how to mend it
site-refused = { $count ->
    [one] One touch was refused.
   *[other] { $count } touches were refused.
}
site-refused-link = See which
tier-prime = Prime
tier-number = Tier { $tier }
figure-today = On site today
figure-counting = Days that count
figure-not-counting = Days that do not count yet
figure-this-month = this month
figure-companies = Companies
figure-waiting = { $count } waiting for approval
unit-people = people
unit-days = days
unit-companies = companies
field-needed = Please fill this in.
field-too-long = At most { $most } characters.
field-control-characters = There are characters that cannot be shown (line ends, tabs). Remove them and try again.
field-no-day = Write a date as 2026-11-21.
changed-meanwhile = Somebody else changed this site meanwhile. What you typed is still here: save again if it shall hold.
readers-title = Card readers
readers-empty = No card reader yet. Add one below; its key is shown once.
reader-name = Name of the reader
reader-name-hint = Such as: main gate, north gate
reader-state = State
reader-in-use = In use
reader-is-revoked = Stopped
reader-last-seen = Last contact
reader-never = No contact yet
reader-clock = Clock off by
reader-clock-off = { $seconds } s
reader-revoke = Stop
reader-revoke-sure = Once stopped, nothing this reader sends is accepted any more. This cannot be undone.
reader-revoked = The reader was stopped.
reader-add = Add a reader
reader-add-button = Add and issue a key
reader-key-title = Key of the reader
reader-key-once = The key is shown this once. Copy it into the reader's settings file.
reader-key-how = If the key is lost, stop this reader and add a new one.
reader-key-kept = I have copied it
site-overview = Overview
site-mend = Not yet counting

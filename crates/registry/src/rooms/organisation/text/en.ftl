menu-approvals = Approvals
# Chart
organisation-title = Organisation
organisation-lead-prime = The construction organisation of this site. Invite lower companies; each joins when it approves.
organisation-lead = Shown are the companies above yours, and those beneath it.
organisation-own = Your company
organisation-workers = { $count ->
    [one] 1 worker
   *[other] { $count } workers
}
organisation-waits-since = Waits for approval (invited { $since })
organisation-answer = Check and answer
organisation-answer-for = Answer in its place
organisation-add-workers = Put workers on the roster
organisation-invite-below = Invite below
node-invited = Waits for approval
node-approved = Registered
node-declined = Declined
node-removed = Taken out
organisation-companies = { $count ->
    [one] 1 company
   *[other] { $count } companies
}
organisation-waiting = { $count } waiting for approval
organisation-unregistered = Not registered
organisation-unregistered-count = { $count } not registered
organisation-as-of = The organisation as it stood at the end of { $day }. Names of companies are those of today.
organisation-to-today = Back to today
organisation-nothing-then = Your company did not stand in the organisation then.
organisation-until = until { $day }
organisation-day-title = The organisation of a past day
organisation-day = Day
organisation-day-show = Show this day
organisation-no-day = Choose a day up to today.
organisation-left = Companies that have left this site ({ $count })
organisation-back = Back
# One node
organisation-upper = Next upper company
organisation-last-day = Last day at this site
organisation-last-day-hint = The company stays in the organisation until this day, and so do those beneath it.
organisation-ways = What can be done
organisation-events = Changes so far
organisation-no-events = No changes yet.
organisation-another-place = another place
organisation-another-company = another company
event-invited = Invited beneath { $upper }
event-named = Put in by name as “{ $name }” beneath { $upper }
event-approved = Approved: { $work }
event-declined = Declined
event-declined-for = Declined (reason: { $reason })
event-by-proxy = { $what } (in the place of { $company }, by their agreement)
event-described = Work changed: { $work }
event-replaced = Replaced by { $company }
event-moved = Moved beneath { $upper }
event-ended = Last day entered: { $day }
event-reopened = Last day taken back
event-removed = Taken out of the organisation
# Moves of a node
move-describe-title = Change name and content of the work
move-describe-hint = As they stand in the organisation ledger.
move-describe-means = Change the work of { $company }. Histories already made keep what they have.
move-describe-button = Save
move-replace-title = Replace by a registered company
move-replace-hint = Once the company has an ID. It cannot be undone.
move-replace-means = “{ $company }”, which is not registered, is replaced by a registered company. Companies beneath it stay.
move-replace-button = Replace
move-replace-comes-to = “{ $before }” is replaced by “{ $after }”
move-replace-final = This cannot be undone. If the wrong company was chosen, end it or take it out and begin again.
move-move-title = Move (another tier or upper company)
move-move-hint = Companies beneath it go along. Where it stood stays on record.
move-move-means = { $company } is put beneath another company.
move-move-button = Move here
move-end-title = Enter the last day at this site
move-end-hint = For companies whose work is done or that left. It can be taken back.
move-end-means = Enter the last day on which { $company } is in the organisation of this site. Histories until then stay as they are.
move-end-button = Enter the last day
move-reopen-title = Take the last day back
move-reopen-hint = The company is in the organisation again until the end of the site.
move-reopen-means = The last day of { $company } is taken back.
move-reopen-button = Take back
move-remove-title = Take out of the organisation
move-remove-hint = For an invitation by mistake, or a company that will not come.
move-remove-means = { $company } is taken out of the organisation. To undo it, invite the company again.
move-remove-button = Take out
move-beneath = { $count ->
    [one] 1 company beneath is concerned too
   *[other] { $count } companies beneath are concerned too
}
move-preview = Look first
move-comes-to = What this changes
move-tiers = From tier { $from } to tier { $to }.
move-goes-along = { $count ->
    [one] 1 company beneath goes along.
   *[other] { $count } companies beneath go along.
}
move-sees = { $upper } will see the roster and the histories of this site.
move-asked = Since other companies will stand above it, the company is asked to approve again. Until then new days do not count; days that count stay.
move-no-place = There is no place to move it to.
organisation-move-under = New upper company
organisation-choose-place = Choose where to move it.
organisation-described = The work was saved.
organisation-removed = Taken out of the organisation.
organisation-ended = The last day was entered.
organisation-reopened = The last day was taken back.{ $days ->
    [0] {""}
    [one] {" "}One day of history so far counts now.
   *[other] {" "}{ $days } days of history so far count now.
}
organisation-moved = Moved.{ $days ->
    [0] {""}
    [one] {" "}One day of history so far counts now.
   *[other] {" "}{ $days } days of history so far count now.
}
organisation-replaced = Replaced.{ $days ->
    [0] {""}
    [one] {" "}One day of history so far counts now.
   *[other] {" "}{ $days } days of history so far count now.
} The company can put its workers on the roster now.
organisation-replace-refused = Not replaced: somebody changed the organisation meanwhile. Look at it as it is now, and try again.
job-organisation-replace = Replacing a company
organisation-last-day-outside = Choose a day within the period of the site ({ $from } to { $to }).
organisation-last-day-before-days = There is a history of { $day } of this company or one beneath it. The last day must be that day or later.
organisation-meanwhile-title = Somebody was faster
organisation-changed = This place, or a company above or beneath it, was changed after you opened this page.
organisation-changed-by = { $company } changed this place, or a company above or beneath it, after you opened this page ({ $at }).
organisation-meanwhile-way = Nothing was saved. What you typed stands below. Look at how it is now, and press again if it still fits.
organisation-meanwhile-look = Look at it and at its changes
obstacle-not-yours = The next upper company or the prime does this.
obstacle-state = This company is past that (answered, or taken out). Open the organisation again.
obstacle-prime = The place of the prime does not change.
obstacle-ended = Its last day at this site has passed. Take the last day back first.
obstacle-not-ended = No last day was entered.
obstacle-registered = Only companies that are not registered are replaced.
obstacle-unregistered = Workers of a company that is not registered cannot be put on the roster.
obstacle-open-beneath = Somebody beneath has not answered yet. Replace after the approval (or after taking it out).
obstacle-has-lower = Companies stand beneath it. If the work is done, enter its last day.
obstacle-used = Workers stand on its roster. Enter its last day instead.
# Invitation
organisation-invite-title = Invite a lower company
organisation-invite-registered = A company with an ID
organisation-name-title = Put in a company that is not registered, by its name
organisation-name-means = So that the organisation is true, it stands there by name only. Its workers cannot be put on the roster. Once it has an ID, replace it. Companies beneath it are invited by yours, which stands above.
organisation-name = Name of the company
organisation-name-button = Put in by name
organisation-named = Put in as a company that is not registered.
organisation-invite-button = Invite
organisation-invited = Invited. The company joins the organisation when it approves.
organisation-under = Invite under (your place)
organisation-under-hint = Your company stands at several places here: choose the work for which you invite.
organisation-under-by-proxy = { $place } { $company } (in its place)
organisation-company = Company
organisation-company-id = Company ID
organisation-company-id-hint = 14 digits, the last two are 22. Spaces between them do no harm.
organisation-chosen = Chosen: { $company }
organisation-work-name = Name of the work
organisation-work-name-hint = As it shall stand in the organisation ledger, such as: reinforcement work
organisation-work-name-hint-upper = Such as: reinforcement work. The invited company can change it when it approves.
organisation-work-content = Content of the work
organisation-work-content-hint = Such as: cutting and fixing of reinforcement, foundations and frame
organisation-search-title = Find a company
organisation-search-tab = Search all companies
organisation-search = Name, kana, company ID, licence or corporate number
organisation-companies-title = Find a company to invite
organisation-found = { $count ->
    [one] One company found.
   *[other] { $count } companies found.
}
organisation-none-found = No company fits. Part of the name, or the kana, will do.
organisation-choose = Choose
organisation-back-to-invite = Back to the invitation
organisation-not-approved-yet = Your company has not approved its own place there yet. Approve first, then invite beneath it.
organisation-too-deep = There is no tier below { $most }.
organisation-is-own = You cannot invite your own company.
organisation-is-upper = This company stands above that place, so it cannot be invited beneath it.
organisation-is-lower = This company stands beneath that place. It cannot stand above itself.
organisation-is-loop = It cannot be moved beneath a company that stands beneath it.
organisation-same-place = It stands there already.
organisation-company-withdrawn = This company has withdrawn from the registry and cannot be invited.
organisation-company-expired = The registration of this company has run out. It can be invited once it is renewed.
organisation-already-there = This company is invited or registered at that place already.
organisation-no-such-company = No company has this ID. Check the number.
company-id-shape = A company ID has 14 digits.
company-id-is-worker = This is a worker ID (it ends in 21). A company ID (ending in 22) belongs here.
company-id-is-site = This is a site ID (it ends in 71 or 72). A company ID (ending in 22) belongs here.
company-id-is-nothing = A company ID ends in 22. Check the number.
# Approval
approvals-title = Approvals
approvals-empty = No invitation yet. Invitations from upper companies will stand here.
approval-for-title = Answer an invitation in the place of { $company }
approval-for-means = By your agreement you answer in the place of { $company }. It is told that you did, and it stays on record.
approval-means-for = { $company } joins the organisation of this site. For this site only, { $prime } and the companies above { $company } will see the names, trades, positions and work histories of its workers on the roster.
approval-cannot = Your registration has run out, or its use is suspended: you cannot approve now. You can decline.
approval-cannot-for = The registration of this company has run out, or its use is suspended: you cannot approve in its place now. You can decline.
approval-decline-means-for = If this company will not take the work, you can decline in its place. It is told the reason.
approval-reason = Reason for declining
approval-reason-hint = For example: the schedule changed, and another company takes the work
approval-by = Answered by
approval-by-proxy = { $proxy } (in its place, by the agreement)
approval-approved-for = Approved in its place; the company was told.{ $days ->
    [0] {""}
    [one] {" "}One day of history so far counts now.
   *[other] {" "}{ $days } days of history so far count now.
}
approval-declined-for = Declined in its place; the company was told.
organisation-reason = Reason for declining
approval-state = State
approval-upper = Invited by (next upper company)
approval-prime = Prime: { $prime }
approval-tier = Tier
approval-invited = Invited on
approval-answered = Answered on
approval-look = Check
approval-show = Show
approval-means-title = If you approve
approval-means = Your company joins the organisation of this site and can put workers on its roster. For this site only, { $prime } and the companies above yours will see the names, trades, positions and work histories of the workers you put there.
approval-approve = Approve
approval-later = Answer later
approval-decline-title = If you will not work at this site
approval-decline-means = Decline if you do not know of this work or will not take it. The upper company can invite you again.
approval-decline = Decline
approval-removed-next = { $upper } or the prime has taken this invitation back. If you are to work at this site after all, ask to be invited again.
approval-declined-next = You declined this invitation. If you are to work at this site after all, ask { $upper } to invite you again.
approval-approved = Approved. Next, put the workers who will enter this site on the roster.{ $days ->
    [0] {""}
    [one] {" "}One day of history so far counts now.
   *[other] {" "}{ $days } days of history so far count now.
}
approval-declined = The invitation was declined.
approval-same-answer = You gave this answer before. Nothing has changed.
approval-other-answer = This invitation was answered otherwise before. This is how it stands.
approval-withdrawn = This invitation was taken back before you answered.
# Favourites
favourites-title = Companies we often invite
favourites-empty = None yet. Find a company and press “Keep on the list”.
favourite-keep = Keep on the list
favourite-drop = Take off the list
favourite-kept = Kept on the list of companies you often invite.
favourite-dropped = Taken off the list.
agreed-title = Companies that agreed
agreed-empty = No company has agreed yet that yours acts in its place. Ask one for an agreement; when it agrees, it stands here.
# Patterns
patterns-title = Patterns
patterns-lead = Store an organisation that you need again and again, and put it on another site in one go. Each company still approves for itself.
patterns-stored = Stored patterns
patterns-empty = None yet. Make one below from the organisation of this site.
pattern-name = Name of the pattern
pattern-name-hint = Such as: interior works
pattern-companies = Companies
pattern-stored-at = Stored
pattern-look = Look first
pattern-drop = Delete
pattern-dropped = The pattern was deleted. Organisations made from it stay as they are.
pattern-store-title = Make one from this site
pattern-store-means = The companies beneath yours are stored as they stand, with their work (without those that left or declined).
pattern-store = Store
pattern-stored = The pattern was stored.
pattern-nothing-beneath = There is no company beneath yours.
pattern-too-large = A pattern holds at most { $most } companies.
pattern-name-taken = There is a pattern of this name.
pattern-plan = “{ $name }” on this site
pattern-plan-means = { $count ->
    [one] This company joins the organisation. If it is registered, it is asked to approve.
   *[other] These { $count } companies join the organisation. Registered ones are asked to approve.
}
pattern-faulty = { $count ->
    [one] One company cannot be put in, so nothing was. Mend the organisation, or make the pattern anew.
   *[other] { $count } companies cannot be put in, so nothing was. Mend the organisation, or make the pattern anew.
}
pattern-apply = Put them in
pattern-applied = { $count ->
    [one] One company was put in.
   *[other] { $count } companies were put in.
} Registered ones are asked to approve.
pattern-gone = This pattern is no longer there.
pattern-pattern = Pattern
# Told
notice-invited = { $upper } invites you to the organisation of site “{ $site }”. Check it and approve.
notice-invited-again = You have not answered the invitation to site “{ $site }” ({ $upper }). Histories do not count until you approve.
notice-not-answered = { $company } has not answered the invitation to site “{ $site }”. Please call them.
notice-node-approved = { $company } approved the invitation to site “{ $site }”.
notice-node-declined = { $company } declined the invitation to site “{ $site }”.
notice-node-declined-for = { $company } declined the invitation to site “{ $site }” (reason: { $reason }).
notice-proxy-approved = { $proxy } approved your invitation to site “{ $site }” in your place, by your agreement.
notice-proxy-declined-for = { $proxy } declined your invitation to site “{ $site }” in your place, by your agreement (reason: { $reason }).
notice-proxy-invited = { $proxy } put { $lower } beneath you at site “{ $site }” in your place, by your agreement.
notice-node-removed = Your company was taken out of the organisation of site “{ $site }” ({ $company }).
notice-node-ended = Your last day at site “{ $site }” was entered: { $day } ({ $company }).
notice-node-reopened = Your last day at site “{ $site }” was taken back ({ $company }).
notice-node-moved = Your place at site “{ $site }” changed: it is beneath { $company } now.
notice-node-replaced = At site “{ $site }” your company took the place of “{ $before }” ({ $company }). Put your workers on the roster.
mail-invited-subject = [Ashiba] Invitation to site “{ $site }”
mail-invited =
    Dear { $name },

    { $upper } invites your company to the organisation of site “{ $site }”.
    Sign in by this link, and the approval opens (holds { $days } days, for you alone).

    { $link }

    If it does not open, sign in and look under “Approvals”.
    If you do not know of this, you can decline.
mail-invited-again-subject = [Ashiba] Invitation to site “{ $site }” not answered
mail-invited-again =
    Dear { $name },

    the invitation of { $upper } to site “{ $site }” is not answered yet.
    Histories of your workers at this site do not count until you approve.

    { $link }

    (holds { $days } days, for you alone)
invitation-link-gone = This link has ended or is not right. Sign in and look under “Approvals”.
invitation-link-other = This link is for somebody else. Sign out, and sign in as the administrator of the invited company.

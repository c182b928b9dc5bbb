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
organisation-waits-since = Waiting for { $company } to approve (invited { $since })
organisation-answer = Check and answer
organisation-add-workers = Put workers on the roster
organisation-invite-below = Invite below
node-invited = Waits for approval
node-approved = Registered
node-declined = Declined
# Invitation
organisation-invite-title = Invite a lower company
organisation-invite-button = Invite
organisation-invited = Invited. The company joins the organisation when it approves.
organisation-under = Invite under (your place)
organisation-under-hint = Your company stands at several places here: choose the work for which you invite.
organisation-company = Company
organisation-company-id = Company ID
organisation-company-id-hint = 14 digits, the last two are 22. Spaces between them do no harm.
organisation-chosen = Chosen: { $company }
organisation-work-name = Name of the work
organisation-work-name-hint = As it shall stand in the organisation ledger, such as: reinforcement work
organisation-work-name-hint-upper = Such as: reinforcement work. The invited company can change it when it approves.
organisation-work-content = Content of the work
organisation-work-content-hint = Such as: cutting and fixing of reinforcement, foundations and frame
organisation-search-title = If you do not know the company ID
organisation-search = Search by name, kana or company ID
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
organisation-already-there = This company is invited or registered there already.
organisation-no-such-company = No company has this ID. Check the number.
company-id-shape = A company ID has 14 digits.
company-id-is-worker = This is a worker ID (it ends in 21). A company ID (ending in 22) belongs here.
company-id-is-site = This is a site ID (it ends in 71 or 72). A company ID (ending in 22) belongs here.
company-id-is-nothing = A company ID ends in 22. Check the number.
# Approval
approvals-title = Approvals
approvals-empty = No invitation yet. Invitations from upper companies will stand here.
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
approval-declined-next = You declined this invitation. If you are to work at this site after all, ask { $upper } to invite you again.
approval-approved = Approved. Next, put the workers who will enter this site on the roster.{ $days ->
    [0] {""}
    [one] {" "}One day of history so far counts now.
   *[other] {" "}{ $days } days of history so far count now.
}
approval-declined = The invitation was declined.
approval-same-answer = You gave this answer before. Nothing has changed.
approval-other-answer = This invitation was answered otherwise before. This is how it stands.
organisation-company-withdrawn = This company has withdrawn from the registry and cannot be invited.
organisation-company-expired = The registration of this company has run out. It can be invited once it is renewed.

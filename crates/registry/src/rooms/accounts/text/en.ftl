sign-in-title = Sign in
sign-in-heading = Sign in
sign-in-lead = A day of work belongs to the one who worked it. Here everybody concerned can see it.
sign-in-id = ID
sign-in-id-hint = Company ID, worker ID (14 digits) or manager's ID
sign-in-password = Password
sign-in-button = Sign in
sign-in-wrong = ID or password is not right. After several misses in a row, signing in rests for { $minutes } minutes.
menu-account = Account
account-title = Account
account-name = Name
account-sign-in-id = Sign-in ID
account-role = Kind
account-company = Company
account-email = E-mail address
account-no-email = none registered
role-operator = Operator (administrator)
role-reviewer = Reviewer
role-auditor = Auditor
role-orderer = Orderer
role-applicant = Applicant
role-administrator = Company administrator
role-tier_manager = Tier manager
role-site_manager = Site manager
role-proxy_clerk = Proxy clerk
role-worker = Worker
password-title = Change password
password-first-title = Change the initial password
password-first-lead = This is the first sign-in. Everything else opens once the initial password is changed.
password-initial = Initial password
password-old = Present password
password-new = New password
password-again = New password, once more
password-code = Security code
password-code-hint = Four digits: on the letter for companies, on the back of the card for workers.
password-hint = At least { $least } characters. A sentence or several words you like are safe; length is what counts.
password-then = All devices are signed out by the change. Sign in again with the new password.
password-change = Change
password-changed = The password is changed. Sign in with the new one.
password-short = Use at least { $least } characters.
password-long = That is too long: at most 200 bytes.
password-is-id = The sign-in ID cannot be the password.
password-common = That password is easily guessed. Choose another.
password-differs = The two entries differ.
password-same = That is the present password. Choose another.
password-old-wrong = The present password is not right.
proof-rests = After several misses, nothing is taken until { $until }.
code-wrong = The security code is not right.
code-rests = After several misses, no security code is taken until { $until }.
code-blocked = After too many misses the security code is blocked. Ask the operator to unlock it.
letter-title = Letter with sign-in data
letter-of = { $name } (sign-in ID { $id })
letter-to = { $name }
letter-lead = You are registered. Sign in with the following and change the password.
letter-keep = Keep this letter where nobody else sees it. The security code is needed each time the password is changed.
letter-address = Sign-in page
letter-once-title = Shown on this page only
letter-once = Print it now. Once you leave this page it cannot be shown again.
letter-waits = A letter can be shown, once. Go on when you are ready to print.
letter-gone = There is no letter to show: it was issued more than 15 minutes ago, or has been shown.
letter-show = Show the letter
letter-renew = Make new secrets
letter-renew-sure = The present password and security code stop working, and all devices are signed out.
mail-issued-id-subject = [Ashiba] Your sign-in ID and initial password
mail-issued-id =
    { $name }

    You are registered. Here are your sign-in ID and initial password.

    Sign-in ID: { $id }
    Initial password: { $password }
    Sign-in page: { $address }

    At the first sign-in you will be asked to change the password.
    The security code needed for that comes in another mail.
mail-issued-code-subject = [Ashiba] Your security code
mail-issued-code =
    { $name }

    Security code: { $code }

    It is needed whenever you change your password. Tell it to nobody.
    Your sign-in ID and initial password come in another mail.
mail-password-changed-subject = [Ashiba] Your password was changed
mail-password-changed =
    { $name }

    Your password was changed, and all devices were signed out.
    If this was not you, tell the operator at once.
sign-in-forgotten = Forgotten password
sign-in-sign-up = First application (get an application ID)
in-use-title = This ID is in use
in-use = This ID has been in use on another device ({ $device }) since { $since }.
in-use-unknown = This ID has been in use on another device since { $since }.
in-use-question = An administrator's ID is used in one place at a time. Sign the other device out and go on here? What is being typed there may be lost.
in-use-end-it = Sign it out and go on
factor-title = Second factor
factor-code = Authentication code
factor-code-hint = Six digits of the authentication app. Without the device, enter a recovery code.
factor-wrong = The authentication code is not right.
sign-in-too-late = That took too long. Sign in again.
forgotten-title = Set a new password
forgotten-lead = Enter your sign-in ID and the e-mail address you registered. A link is sent to you; it holds for { $minutes } minutes.
forgotten-email-hint = The address that is registered
forgotten-button = Send the link
forgotten-done = If this is what is registered, a link has been sent by mail. Open it within { $minutes } minutes.
forgotten-no-mail = No mail? Look into the spam folder, and check what you entered.
forgotten-no-email = If no e-mail address is registered, ask the operator for a new letter.
too-many-mails = Too many mails were asked for; nothing is taken for a while.
too-many-mails-advice = Try again in an hour or so.
link-gone = This link does not work: its time is over, or it has been used.
link-gone-advice = Start again from the beginning.
reset-title = New password
sign-up-title = Get an application ID
sign-up-lead = A temporary ID with which you can apply for registration of a company or a worker. A link is sent to your e-mail address.
sign-up-button = Send the mail
sign-up-registered = Do you have an ID already? Sign in with it.
sign-up-done = A mail was sent to { $email }. Open its link within { $minutes } minutes.
sign-up-no-mail = No mail? Look into the spam folder.
sign-up-name = Your name
sign-up-name-hint = Name of the person or company that applies
sign-up-make = Get the ID
sign-up-made = Your application ID
sign-up-made-note = Sign in with this ID and the password you have just chosen. The ID is also sent by mail.
email-wrong = This is not written like an e-mail address.
sessions-title = Signed-in devices
sessions-lead = If you do not know a device, sign it out and change your password.
session-device = Device
session-address = From
session-since = Signed in
session-last-seen = Last used
session-this = this device
session-unknown = Unknown device
session-end = Sign out
session-ended = The device is signed out.
sessions-end-others = Sign out all other devices
sessions-ended = { $count } other devices were signed out.
mail-reset-subject = [Ashiba] Set a new password
mail-reset =
    { $name }

    Set a new password by this link. It holds for { $minutes } minutes and works once.

    { $link }

    If this was not you, throw this mail away. Your password stays as it is.
mail-sign-up-subject = [Ashiba] Get an application ID
mail-sign-up =
    Open this link to go on. It holds for { $minutes } minutes and works once.

    { $link }

    If this was not you, throw this mail away.
mail-applicant-subject = [Ashiba] Your application ID
mail-applicant =
    { $name }

    Application ID: { $id }

    Sign in with this ID and the password you chose, and go on with your application.
two-factor-title = Second factor
two-factor-lead = When you sign in, six digits shown by an authentication app on your telephone are asked for beside the password. A stolen password alone then opens nothing.
two-factor-begin = Set it up
two-factor-scan = Scan this code with the authentication app.
two-factor-type = If it cannot be scanned, type this:
two-factor-code-hint = Six digits shown by the app
two-factor-confirm = Switch it on
two-factor-now-on = The second factor is on
two-factor-codes-once = Recovery codes, for when the device is lost. Each works once. Write them down now: they are not shown again.
two-factor-kept = I have written them down
two-factor-on = On
two-factor-left = Recovery codes not used: { $count }
two-factor-off-title = Switch the second factor off
two-factor-off-lead = Without it the password alone opens the account. For a new device, switch it off and set it up again.
two-factor-off-button = Switch it off
two-factor-now-off = The second factor is off.
company-accounts-title = Users
company-account-new = Add a user
company-account-lead = The user gets two mails: one with sign-in ID and initial password, one with the security code.
company-account-make = Add
company-account-made = Added. The sign-in data were mailed to the user.
company-account-changed = Changed.
company-account-closed = The account is closed.
company-account-renew = Send a new initial password
company-account-renew-sure = The present password and security code stop working; the user gets new ones by mail.
company-account-renewed = New sign-in data were mailed to the user.
accounts-search = Name or sign-in ID
accounts-with-closed = Show closed accounts too
accounts-none = No such user.
account-tier = Tier
account-tier-hint = Needed for tier managers. Rights hold for the tier and those below.
account-tier-none = none
account-role-hint = An administrator handles everything, a tier manager his tier, a site manager his sites, a proxy clerk proxy applications only.
account-email-hint = Sign-in data, and the link for a forgotten password, go there.
account-sites = Sites
account-sites-hint = For site managers only. Can be changed later.
account-more = More
account-close = Close the account
account-close-sure = The user is signed out at once and cannot sign in again. This cannot be undone.
account-closed = closed
account-new = not yet signed in
account-open = in use
account-state = State
account-sessions = { $count }
account-own = This cannot be done to your own account.
account-own-advice = Ask another administrator.
account-first = The first administrator's ID is one with the company's registration and cannot be handled here.
account-first-advice = Apply for a change of the registration, or ask the operator for a new letter.
tiers-title = Organisation (tiers)
tiers-lead = Head office, branches, departments: up to three tiers. None are needed.
tiers-none = No tiers are registered.
tier-name = Name
tier-parent = Above it
tier-parent-none = nothing (tier 1)
tier-level = Tier { $level }
tier-add = Add a tier
tier-added = The tier is added.
tier-rename = Rename
tier-renamed = Renamed.
tier-unknown = That tier cannot be chosen.
tier-too-deep = There are three tiers at most.
tier-name-taken = There is one of that name already.
site-unknown = One of the sites cannot be chosen.
all-accounts-title = All accounts
all-accounts-search = Sign-in ID, name or company
all-accounts-own = The operator's accounts
all-accounts-found = Found
all-accounts-more = The first 50 are shown. Search for something narrower.
all-account-new = Add an operator's account
account-locked = Locked
account-unlock = Unlock
account-unlocked = Unlocked.
lock-id = wrong passwords (from other addresses than usual)
lock-pair = wrong passwords (from the usual address)
lock-code = wrong security codes
lock-proof = wrong present passwords or authentication codes
change-account-made = user added
change-account-changed = user changed
change-account-closed = account closed
change-account-renewed = new initial password
change-account-unlocked = locks opened
managers-title = Site managers
managers-lead = Site managers work on the sites they were given and no others. One person may have several sites, one site several people.
managers-none = There are no site managers yet. Make one among the accounts of your company; then you can give him this site here.
manager-state = This site
manager-has = In charge
manager-has-not = Not given
manager-others = Other sites
manager-other-sites = { $count ->
    [one] 1 site
   *[other] { $count } sites
}
manager-give = Give this site
manager-take = Take it away
manager-given = The site was given.
manager-taken = The site was taken away.
manager-gone = This account cannot be given a site now. Check the list.
# Passkeys
passkeys-title = Passkeys
passkeys-lead = Sign in with the finger, the face or the PIN of your phone or computer in place of the password. Once you have a passkey, signing in with the password asks for a passkey or a recovery code as well.
passkeys-none = There is no passkey yet.
passkey-name = Name of the passkey
passkey-name-hint = Such as: computer of the office, my phone
passkey-since = Registered
passkey-last-used = Last used
passkey-never-used = not used yet
passkey-change = Change or remove
passkey-rename = Change the name
passkey-password = To remove it, type your password
passkey-remove = Remove
passkey-new-title = Register a passkey
passkey-new-lead = Follow what your device says, and prove yourself by finger, face or PIN.
passkey-begin = Register a passkey
passkey-script = Passkeys need JavaScript; switch it on in your browser.
passkey-not-answered = There was no answer. It was cancelled, or this device cannot use such a passkey. Try again.
passkey-failed = The passkey could not be verified. Start again.
passkey-impossible = Passkeys do not work at an address made of numbers. Open the registry under its name.
passkey-made = The passkey is registered
passkey-renamed = The name is changed.
passkey-removed = The passkey is removed.
passkey-sign-in = Sign in with a passkey
passkey-sign-in-title = Sign in with a passkey
passkey-sign-in-lead = Follow what your device says, and prove yourself by finger, face or PIN. No ID is needed.
passkey-with-password = Sign in with ID and password
passkey-factor-lead = Prove yourself with one of your passkeys.
passkey-use = Use a passkey
factor-recovery = Recovery code
factor-recovery-hint = Without the device of your passkey, type one of the recovery codes you wrote down.
mail-passkey-added-subject = [Ashiba] A passkey was registered
mail-passkey-added =
    { $name },

    the passkey "{ $passkey }" was registered.
    If it was not you, tell the operator at once.
mail-passkey-removed-subject = [Ashiba] A passkey was removed
mail-passkey-removed =
    { $name },

    the passkey "{ $passkey }" was removed.
    If it was not you, tell the operator at once.

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

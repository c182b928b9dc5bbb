sign-in-title = Sign in
sign-in-heading = Sign in
sign-in-lead = A day of work belongs to the one who worked it. Here everybody concerned can see it.
sign-in-id = ID
sign-in-id-hint = Company ID, worker ID (14 digits) or manager's ID
sign-in-password = Password
sign-in-button = Sign in
sign-in-wrong = ID or password is not right. After several misses in a row, signing in rests for { $minutes } minutes.

# The frame
app-name = Ashiba
skip-to-content = Skip to content
menu = Menu
language = Language
breadcrumbs = You are here
sign-out = Sign out
signed-in-as = Signed in as
waiting-count = { $count ->
    [one] one waiting
   *[other] { $count } waiting
}
footer-note = Open-source registry of construction workers' histories
printed-from = 足場 Ashiba
# Forms
form-errors = { $count ->
    [one] Please check one entry
   *[other] Please check { $count } entries
}
field-needed = Please fill this in.
field-too-long = At most { $most } characters.
field-control-characters = There are characters that cannot be shown (line ends, tabs). Remove them and try again.
field-no-day = Write a date as 2026-11-21.
field-month = Write the month as 2026-11.
form-fault = { $label }: { $sentence }
form-required = required
form-optional = optional
field-file-needed = Please choose a file.
form-choose = Please choose
button-save = Save
button-cancel = Cancel
button-back = Back
button-search = Search
button-next = Next
# Lists
page-previous = Previous
page-next = Next
page-of = Page { $page } of { $pages }
pagination = Pages
# Months
month-choose = Choose a month
month-previous = Previous
month-next = Next
# Errors
error-title-not-found = Page not found
error-title-forbidden = This is not allowed
error-title-broken = Something went wrong
error-title-refused = This could not be accepted
error-not-found = There is no such page, or you may not see it.
error-not-found-advice = Check the address, or start from the top page.
error-forbidden = You may not do this.
error-forbidden-advice = If you need to, ask the administrator of your company.
error-csrf = The page was open for too long, or the form came from another page, so it was not accepted. Nothing was changed.
error-csrf-advice = Go back, reload the page and send the form again.
error-sign-in = Please sign in.
error-too-large = What you sent is too large.
error-too-large-advice = Split the file or the rows and try again.
error-files-too-large = No more than { $megabytes } MB can be sent at once.
error-files-too-large-advice = Send fewer files, or make the pictures smaller, and try again.
error-form = The form could not be read.
error-form-advice = Go back and try again.
error-method = This page does not do that.
error-timeout = This took too long.
error-timeout-advice = Please try again in a while.
error-broken = Through a fault of the system this could not be finished.
error-broken-advice = Please try again in a while. If it happens again, tell us the reference number below.
error-csv-character = Row { $row }: the character “{ $character }” cannot be written in Shift_JIS (CP932). Please choose UTF-8.
error-reference = Reference number
error-home = To the top page

morning-title = Morning notice
morning-lead = When days of yours do not count yet, you hear why each morning after { $hour } o'clock. If all count, you hear nothing.
morning-is-wished = On
morning-is-not-wished = Off
morning-start = Tell me
morning-stop = Stop
morning-wished = You will get the morning notice.
morning-not-wished = You will get no morning notice any more.
morning-entry-missing = { $entry-missing ->
    [none] {""}
   *[some] {" · "}no entry recorded: { $entry-missing } (mended by the prime)
}
morning-employer-not-linked = { $employer-not-linked ->
    [none] {""}
   *[some] {" · "}tied to no company: { $employer-not-linked } (mended by the worker)
}
morning-company-not-in-organisation = { $company-not-in-organisation ->
    [none] {""}
   *[some] {" · "}company not in the organisation: { $company-not-in-organisation } (mended by the prime)
}
morning-company-not-approved = { $company-not-approved ->
    [none] {""}
   *[some] {" · "}company has not approved its invitation: { $company-not-approved } (mended by that company)
}
morning-upper-not-approved = { $upper-not-approved ->
    [none] {""}
   *[some] {" · "}a company above has not approved: { $upper-not-approved } (mended by that company above)
}
morning-not-on-roster = { $not-on-roster ->
    [none] {""}
   *[some] {" · "}not on the roster: { $not-on-roster } (mended by the employer)
}
morning-not-tied-to-roster-company = { $not-tied-to-roster-company ->
    [none] {""}
   *[some] {" · "}not tied to the roster's company: { $not-tied-to-roster-company } (mended by the roster's company)
}
morning-trade-missing = { $trade-missing ->
    [none] {""}
   *[some] {" · "}no trade on the roster: { $trade-missing } (mended by the roster's company)
}
morning-trade-not-held = { $trade-not-held ->
    [none] {""}
   *[some] {" · "}trade not registered by the worker: { $trade-not-held } (mended by the roster's company)
}
morning-reasons = { morning-entry-missing }{ morning-employer-not-linked }{ morning-company-not-in-organisation }{ morning-company-not-approved }{ morning-upper-not-approved }{ morning-not-on-roster }{ morning-not-tied-to-roster-company }{ morning-trade-missing }{ morning-trade-not-held }
morning-refused = { $refused ->
    [none] {""}
   *[some] {" · "}touches not taken in: { $refused } (the prime)
}
notice-morning-prime = Of what was recorded at your sites since yesterday morning, { $days } worker-days do not count yet ({ $sites } sites).{ morning-reasons }{ morning-refused }
notice-morning-employer = Of what was recorded of your workers since yesterday morning, { $days } worker-days do not count yet ({ $sites } sites).{ morning-reasons }
notice-morning-refused = Since yesterday morning { $refused } touches could not be taken in.
notice-morning-own = Of what was recorded of you since yesterday morning, { $days } days do not count yet.{ morning-reasons }

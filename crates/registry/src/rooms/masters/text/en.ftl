menu-masters = Master data
masters-title = Master data
masters-lead = The tables this registry works with. A table can be replaced without rebuilding the program.
masters-table = Table
masters-rows = Rows
masters-version = Version
masters-version-number = Version { $version }
masters-source = Source
masters-shipped = Built in
masters-shipped-source = Ships with the program (each row has its source)
masters-kind-trades = Trades
masters-kind-positions = Positions
masters-kind-qualifications = Qualifications
masters-kind-policies = Dated rules (deadlines, limits)
masters-kind-prefectures = Prefectures
masters-kind-fees = Fees
masters-kind-permit-trades = Kinds of licensed business
masters-kind-site-choices = Choices for data of sites
masters-kind-site-items = Items of a site that can be published
masters-kind-hazards = Hazards and special check-ups
masters-kind-insurance_kinds = Kinds of insurance
masters-kind-skill-levels = Criteria of the levels (fields)
masters-kind-level-wages = Wages by level (orientation)
masters-provisional = { $count ->
    [one] One trade has a provisional code
   *[other] { $count } trades have provisional codes
} not checked against the official table.

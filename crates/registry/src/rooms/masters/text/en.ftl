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
masters-kind-skill-levels = Criteria of the levels (fields)
masters-provisional = { $count ->
    [one] One trade has a provisional code
   *[other] { $count } trades have provisional codes
} not checked against the official table.

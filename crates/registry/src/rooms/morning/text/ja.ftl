morning-title = 朝のお知らせ
morning-lead = 自分の就業がまだ有効でないとき、毎朝{ $hour }時すぎに理由をお知らせします。有効な日だけのときは、お知らせはありません。
morning-is-wished = 受け取る
morning-is-not-wished = 受け取らない
morning-start = 受け取る
morning-stop = 受け取りをやめる
morning-wished = 朝のお知らせを受け取ります。
morning-not-wished = 朝のお知らせをやめました。
morning-entry-missing = { $entry-missing ->
    [none] {""}
   *[some] {"・"}入場の記録がない：{ $entry-missing }〔元請が直せます〕
}
morning-employer-not-linked = { $employer-not-linked ->
    [none] {""}
   *[some] {"・"}どの会社にも所属していない：{ $employer-not-linked }〔本人が直せます〕
}
morning-company-not-in-organisation = { $company-not-in-organisation ->
    [none] {""}
   *[some] {"・"}会社が施工体制にない：{ $company-not-in-organisation }〔元請が直せます〕
}
morning-company-not-approved = { $company-not-approved ->
    [none] {""}
   *[some] {"・"}会社が招待を承認していない：{ $company-not-approved }〔その会社が直せます〕
}
morning-upper-not-approved = { $upper-not-approved ->
    [none] {""}
   *[some] {"・"}上位の会社が招待を承認していない：{ $upper-not-approved }〔上位の会社が直せます〕
}
morning-not-on-roster = { $not-on-roster ->
    [none] {""}
   *[some] {"・"}作業員名簿に載っていない：{ $not-on-roster }〔所属事業者が直せます〕
}
morning-not-tied-to-roster-company = { $not-tied-to-roster-company ->
    [none] {""}
   *[some] {"・"}名簿の会社の所属になっていない：{ $not-tied-to-roster-company }〔名簿の会社が直せます〕
}
morning-trade-missing = { $trade-missing ->
    [none] {""}
   *[some] {"・"}名簿に職種がない：{ $trade-missing }〔名簿の会社が直せます〕
}
morning-trade-not-held = { $trade-not-held ->
    [none] {""}
   *[some] {"・"}名簿の職種を本人が登録していない：{ $trade-not-held }〔名簿の会社が直せます〕
}
morning-reasons = { morning-entry-missing }{ morning-employer-not-linked }{ morning-company-not-in-organisation }{ morning-company-not-approved }{ morning-upper-not-approved }{ morning-not-on-roster }{ morning-not-tied-to-roster-company }{ morning-trade-missing }{ morning-trade-not-held }
morning-refused = { $refused ->
    [none] {""}
   *[some] {"・"}登録できなかった入退場：{ $refused }件〔元請〕
}
notice-morning-prime = 前の朝から今朝までに記録された元請現場の就業のうち、{ $days }人日がまだ有効ではありません（{ $sites }現場）。{ morning-reasons }{ morning-refused }
notice-morning-employer = 前の朝から今朝までに記録された自社の技能者の就業のうち、{ $days }人日がまだ有効ではありません（{ $sites }現場）。{ morning-reasons }
notice-morning-refused = 前の朝から今朝までに、登録できなかった入退場が{ $refused }件あります。
notice-morning-own = 前の朝から今朝までに記録されたあなたの就業のうち、{ $days }日がまだ有効ではありません。{ morning-reasons }

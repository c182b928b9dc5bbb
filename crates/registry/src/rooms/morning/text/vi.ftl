morning-title = Thông báo buổi sáng
morning-lead = Khi có ngày làm chưa được tính, bạn sẽ nhận lý do mỗi sáng sau { $hour } giờ. Nếu mọi ngày đều được tính thì không có thông báo.
morning-is-wished = Đang nhận
morning-is-not-wished = Không nhận
morning-start = Nhận thông báo
morning-stop = Ngừng nhận
morning-wished = Bạn sẽ nhận thông báo buổi sáng.
morning-not-wished = Đã ngừng thông báo buổi sáng.
morning-entry-missing = { $entry-missing ->
    [none] {""}
   *[some] {" · "}không có ghi nhận giờ vào: { $entry-missing } (tổng thầu có thể sửa)
}
morning-employer-not-linked = { $employer-not-linked ->
    [none] {""}
   *[some] {" · "}chưa thuộc công ty nào: { $employer-not-linked } (bạn có thể sửa)
}
morning-company-not-in-organisation = { $company-not-in-organisation ->
    [none] {""}
   *[some] {" · "}công ty chưa có trong hệ thống thi công: { $company-not-in-organisation } (tổng thầu có thể sửa)
}
morning-company-not-approved = { $company-not-approved ->
    [none] {""}
   *[some] {" · "}công ty chưa chấp nhận lời mời: { $company-not-approved } (công ty đó có thể sửa)
}
morning-upper-not-approved = { $upper-not-approved ->
    [none] {""}
   *[some] {" · "}công ty cấp trên chưa chấp nhận: { $upper-not-approved } (công ty cấp trên có thể sửa)
}
morning-not-on-roster = { $not-on-roster ->
    [none] {""}
   *[some] {" · "}chưa có trong danh sách công nhân: { $not-on-roster } (công ty của bạn có thể sửa)
}
morning-not-tied-to-roster-company = { $not-tied-to-roster-company ->
    [none] {""}
   *[some] {" · "}chưa thuộc công ty của danh sách: { $not-tied-to-roster-company } (công ty của danh sách có thể sửa)
}
morning-trade-missing = { $trade-missing ->
    [none] {""}
   *[some] {" · "}danh sách chưa ghi nghề: { $trade-missing } (công ty của danh sách có thể sửa)
}
morning-trade-not-held = { $trade-not-held ->
    [none] {""}
   *[some] {" · "}nghề trong danh sách chưa được đăng ký: { $trade-not-held } (công ty của danh sách có thể sửa)
}
morning-reasons = { morning-entry-missing }{ morning-employer-not-linked }{ morning-company-not-in-organisation }{ morning-company-not-approved }{ morning-upper-not-approved }{ morning-not-on-roster }{ morning-not-tied-to-roster-company }{ morning-trade-missing }{ morning-trade-not-held }
notice-morning-own = Trong các ngày làm của bạn được ghi từ sáng hôm qua, { $days } ngày chưa được tính.{ morning-reasons }

notice-missing-employer-not-linked = { $site }: một số ngày làm việc của bạn chưa được tính vì chưa đăng ký công ty trực thuộc. Hãy đăng ký công ty trước ngày { $until }.
notice-missing-card-ends = Thẻ nghề nghiệp của bạn sắp hết hạn. Hãy làm thủ tục gia hạn.

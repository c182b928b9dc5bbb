site-id = Mã công trường
site-period = Thời gian ghi nhận
sites-state = Tình trạng
site-state-planned = Chuẩn bị
site-state-open = Đang thi công
site-state-suspended = Tạm ngừng
site-state-ended = Đã kết thúc
own-sites-title = Công trường của tôi
own-sites-none = Bạn chưa có tên ở công trường nào.
site-suspended-from-to = Công trường tạm ngừng từ { $from } đến { $to }.
site-suspended-from = Công trường tạm ngừng từ { $from }. Chưa biết ngày làm lại.
site-g-site = Công trường
site-g-contract = Hợp đồng
site-g-works = Công việc
site-f-name = Tên công trường
site-f-name-kana = Tên công trường (kana)
site-f-from = Ngày bắt đầu
site-f-to = Ngày kết thúc
site-f-boundary = Giờ bắt đầu một ngày
site-f-postal = Mã bưu điện
site-f-prefecture = Tỉnh
site-f-city = Thành phố
site-f-street = Địa chỉ
site-f-building = Tòa nhà
site-f-office = Văn phòng công trường
site-f-phone = Điện thoại
site-f-contact = Người phụ trách
site-f-hazardous = Chất độc hại
site-f-place = Vị trí trên bản đồ
site-f-radius = Bán kính (m)
option-hour = { $hour ->
    [0] 0 giờ
   *[other] { $hour } giờ
}

# The frame
app-name = Ashiba
skip-to-content = Chuyển đến nội dung
menu = Menu
language = Ngôn ngữ
breadcrumbs = Vị trí hiện tại
sign-out = Đăng xuất
signed-in-as = Đang đăng nhập
waiting-count = { $count } mục đang chờ
footer-note = Hệ thống mã nguồn mở lưu lịch sử làm việc của người lao động xây dựng
printed-from = 足場 Ashiba
# Forms
form-errors = Vui lòng kiểm tra { $count } mục
form-fault = { $label }: { $sentence }
form-required = bắt buộc
form-optional = không bắt buộc
field-file-needed = Vui lòng chọn tệp.
form-choose = Vui lòng chọn
button-save = Lưu
button-cancel = Hủy
button-back = Quay lại
button-search = Tìm kiếm
button-next = Tiếp theo
# Lists
page-previous = Trước
page-next = Sau
page-of = Trang { $page } / { $pages }
pagination = Trang
# Months
month-choose = Chọn tháng
month-previous = Trước
month-next = Sau
# Errors
error-title-not-found = Không tìm thấy trang
error-title-forbidden = Không được phép
error-title-broken = Không thể hoàn tất
error-title-refused = Không thể tiếp nhận
error-not-found = Trang này không tồn tại hoặc bạn không có quyền xem.
error-not-found-advice = Hãy kiểm tra địa chỉ hoặc bắt đầu từ trang đầu.
error-forbidden = Bạn không có quyền thực hiện thao tác này.
error-forbidden-advice = Nếu cần, hãy hỏi người phụ trách của công ty bạn.
error-csrf = Trang đã mở quá lâu hoặc biểu mẫu được gửi từ trang khác nên không được tiếp nhận. Không có gì thay đổi.
error-csrf-advice = Hãy quay lại, tải lại trang và gửi lại.
error-sign-in = Vui lòng đăng nhập.
error-too-large = Dữ liệu gửi lên quá lớn.
error-too-large-advice = Hãy chia nhỏ tệp hoặc số dòng rồi thử lại.
error-files-too-large = Chỉ gửi được tối đa { $megabytes } MB một lần.
error-files-too-large-advice = Hãy gửi ít tệp hơn hoặc giảm kích thước ảnh rồi thử lại.
error-form = Không đọc được nội dung đã gửi.
error-form-advice = Hãy quay lại và thử lại.
error-method = Trang này không hỗ trợ thao tác đó.
error-timeout = Xử lý mất quá nhiều thời gian.
error-timeout-advice = Vui lòng thử lại sau.
error-broken = Do lỗi hệ thống nên không thể hoàn tất.
error-broken-advice = Vui lòng thử lại sau. Nếu vẫn xảy ra, hãy báo cho chúng tôi mã số dưới đây.
error-csv-character = Dòng { $row }: ký tự “{ $character }” không ghi được bằng Shift_JIS (CP932). Hãy chọn UTF-8.
error-reference = Mã số tiếp nhận
error-home = Về trang đầu

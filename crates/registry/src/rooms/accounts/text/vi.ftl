sign-in-title = Đăng nhập
sign-in-heading = Đăng nhập
sign-in-lead = Ngày công thuộc về người đã làm. Đây là nơi mọi người cùng xem được.
sign-in-id = Mã đăng nhập
sign-in-id-hint = Mã người lao động (14 chữ số)
sign-in-password = Mật khẩu
sign-in-button = Đăng nhập
sign-in-wrong = Mã hoặc mật khẩu không đúng. Nếu sai nhiều lần liên tiếp, bạn sẽ không đăng nhập được trong { $minutes } phút.
menu-account = Tài khoản
account-title = Tài khoản
account-name = Tên
account-sign-in-id = Mã đăng nhập
account-role = Loại
account-company = Công ty
account-email = Địa chỉ e-mail
account-no-email = chưa đăng ký
role-applicant = Người đăng ký
role-worker = Người lao động
password-title = Đổi mật khẩu
password-first-title = Đổi mật khẩu ban đầu
password-first-lead = Đây là lần đăng nhập đầu tiên. Hãy đổi mật khẩu ban đầu để dùng các trang khác.
password-initial = Mật khẩu ban đầu
password-old = Mật khẩu hiện tại
password-new = Mật khẩu mới
password-again = Mật khẩu mới (nhập lại)
password-code = Mã bảo mật
password-code-hint = 4 chữ số, in ở mặt sau thẻ.
password-hint = Ít nhất { $least } ký tự. Một câu dài dễ nhớ là an toàn.
password-then = Sau khi đổi, mọi thiết bị sẽ đăng xuất. Hãy đăng nhập lại bằng mật khẩu mới.
password-change = Đổi
password-changed = Đã đổi mật khẩu. Hãy đăng nhập bằng mật khẩu mới.
password-short = Hãy dùng ít nhất { $least } ký tự.
password-long = Quá dài: nhiều nhất 200 byte.
password-is-id = Không thể dùng mã đăng nhập làm mật khẩu.
password-common = Mật khẩu này dễ đoán. Hãy chọn mật khẩu khác.
password-differs = Hai lần nhập không giống nhau.
password-same = Đây là mật khẩu hiện tại. Hãy chọn mật khẩu khác.
password-old-wrong = Mật khẩu hiện tại không đúng.
proof-rests = Đã sai nhiều lần; không nhận đến { $until }.
code-wrong = Mã bảo mật không đúng.
code-rests = Đã sai nhiều lần; không nhận mã bảo mật đến { $until }.
code-blocked = Mã bảo mật đã bị khóa vì sai quá nhiều lần. Hãy nhờ đơn vị vận hành mở khóa.
mail-issued-id-subject = [Ashiba] Mã đăng nhập và mật khẩu ban đầu
mail-issued-id =
    { $name }

    Bạn đã được đăng ký. Đây là mã đăng nhập và mật khẩu ban đầu.

    Mã đăng nhập: { $id }
    Mật khẩu ban đầu: { $password }
    Trang đăng nhập: { $address }

    Lần đăng nhập đầu tiên bạn phải đổi mật khẩu.
    Mã bảo mật cần cho việc đó được gửi trong một e-mail khác.
mail-issued-code-subject = [Ashiba] Mã bảo mật
mail-issued-code =
    { $name }

    Mã bảo mật: { $code }

    Cần mã này mỗi khi đổi mật khẩu. Đừng cho ai biết.
    Mã đăng nhập và mật khẩu ban đầu được gửi trong một e-mail khác.
mail-password-changed-subject = [Ashiba] Mật khẩu đã được đổi
mail-password-changed =
    { $name }

    Mật khẩu của bạn đã được đổi và mọi thiết bị đã đăng xuất.
    Nếu không phải bạn làm, hãy báo ngay cho đơn vị vận hành.
sign-in-forgotten = Quên mật khẩu
sign-in-sign-up = Đăng ký lần đầu (lấy mã đăng ký)
forgotten-title = Đặt lại mật khẩu
forgotten-lead = Nhập mã đăng nhập và địa chỉ e-mail đã đăng ký. Chúng tôi sẽ gửi một đường liên kết, có hiệu lực { $minutes } phút.
forgotten-email-hint = Địa chỉ đã đăng ký
forgotten-button = Gửi liên kết
forgotten-done = Nếu đúng với thông tin đã đăng ký, liên kết đã được gửi qua e-mail. Hãy mở trong vòng { $minutes } phút.
forgotten-no-mail = Không nhận được e-mail? Hãy xem thư mục thư rác và kiểm tra nội dung đã nhập.
forgotten-no-email = Nếu chưa đăng ký e-mail, hãy nhờ đơn vị vận hành cấp lại thư.
too-many-mails = Đã yêu cầu quá nhiều e-mail; tạm thời không nhận.
too-many-mails-advice = Hãy thử lại sau khoảng một giờ.
link-gone = Liên kết này không dùng được: đã hết hạn hoặc đã được dùng.
link-gone-advice = Hãy làm lại từ đầu.
reset-title = Mật khẩu mới
sign-up-title = Lấy mã đăng ký
sign-up-lead = Lấy mã tạm thời để nộp đơn đăng ký công ty hoặc người lao động. Một liên kết sẽ được gửi đến e-mail của bạn.
sign-up-button = Gửi e-mail
sign-up-registered = Bạn đã có mã? Hãy đăng nhập bằng mã đó.
sign-up-done = Đã gửi e-mail đến { $email }. Hãy mở liên kết trong vòng { $minutes } phút.
sign-up-no-mail = Không nhận được e-mail? Hãy xem thư mục thư rác.
sign-up-name = Tên
sign-up-name-hint = Tên người hoặc công ty nộp đơn
sign-up-make = Lấy mã
sign-up-made = Mã đăng ký của bạn
sign-up-made-note = Hãy đăng nhập bằng mã này và mật khẩu vừa chọn. Mã cũng được gửi qua e-mail.
email-wrong = Địa chỉ e-mail không đúng dạng.
sessions-title = Thiết bị đang đăng nhập
sessions-lead = Nếu có thiết bị lạ, hãy cho nó đăng xuất và đổi mật khẩu.
session-device = Thiết bị
session-address = Từ
session-since = Đăng nhập lúc
session-last-seen = Dùng lần cuối
session-this = thiết bị này
session-unknown = Thiết bị không rõ
session-end = Đăng xuất
session-ended = Thiết bị đã đăng xuất.
sessions-end-others = Đăng xuất mọi thiết bị khác
sessions-ended = Đã đăng xuất { $count } thiết bị khác.
mail-reset-subject = [Ashiba] Đặt lại mật khẩu
mail-reset =
    { $name }

    Hãy đặt mật khẩu mới qua liên kết này (có hiệu lực { $minutes } phút, dùng một lần).

    { $link }

    Nếu không phải bạn yêu cầu, hãy bỏ qua e-mail này. Mật khẩu không thay đổi.
mail-sign-up-subject = [Ashiba] Lấy mã đăng ký
mail-sign-up =
    Hãy mở liên kết này để tiếp tục (có hiệu lực { $minutes } phút, dùng một lần).

    { $link }

    Nếu không phải bạn yêu cầu, hãy bỏ qua e-mail này.
mail-applicant-subject = [Ashiba] Mã đăng ký của bạn
mail-applicant =
    { $name }

    Mã đăng ký: { $id }

    Hãy đăng nhập bằng mã này và mật khẩu bạn đã chọn để tiếp tục.
passkey-sign-in = Đăng nhập bằng passkey
passkey-sign-in-title = Đăng nhập bằng passkey
passkey-sign-in-lead = Hãy làm theo hướng dẫn trên thiết bị và xác nhận bằng vân tay, khuôn mặt hoặc mã PIN. Không cần nhập mã.
passkey-with-password = Đăng nhập bằng mã và mật khẩu
passkey-script = Muốn dùng passkey, hãy bật JavaScript trong trình duyệt.
passkey-not-answered = Không xác nhận được: đã bị hủy, hoặc thiết bị này không dùng được passkey đó. Hãy thử lại.
passkey-failed = Không xác nhận được passkey. Hãy làm lại từ đầu.
sign-in-too-late = Đã quá thời gian. Hãy đăng nhập lại.

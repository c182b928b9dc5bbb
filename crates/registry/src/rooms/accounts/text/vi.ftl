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

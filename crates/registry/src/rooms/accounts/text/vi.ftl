sign-in-title = Đăng nhập
sign-in-heading = Đăng nhập
sign-in-lead = Ngày công thuộc về người đã làm. Đây là nơi mọi người cùng xem được.
sign-in-id = Mã đăng nhập
sign-in-id-hint = Mã người lao động (14 chữ số)
sign-in-password = Mật khẩu
sign-in-button = Đăng nhập
sign-in-wrong = Mã hoặc mật khẩu không đúng. Nếu sai nhiều lần liên tiếp, bạn sẽ không đăng nhập được trong { $minutes } phút.

device-setup-worker = Mã người lao động không thể thiết lập máy đọc thẻ. Hãy đăng nhập bằng mã của người quản trị công ty hoặc người quản lý công trường.
device-setup-may-not = Mã này không thể thiết lập máy đọc thẻ. Hãy đăng nhập bằng mã của người quản trị công ty hoặc người quản lý công trường đó.
device-setup-must-change = Tài khoản vẫn dùng mật khẩu ban đầu. Hãy đổi mật khẩu trên cổng trước.
device-setup-sign-in-first = Đã hết thời gian. Hãy đăng nhập lại.
device-setup-no-site = Bạn không quản lý máy đọc thẻ của công trường đã chọn. Hãy chọn lại.
device-setup-over = Thời gian ghi nhận của công trường đã chọn đã kết thúc. Hãy chọn lại.
device-setup-revoked = Máy đọc do lần thiết lập này tạo đã bị dừng. Hãy thiết lập lại từ đầu.

notice-expiry-residence = Thời hạn lưu trú đã đăng ký của bạn là { $day }. Khi gia hạn xong, hãy xin thay đổi nội dung đăng ký.
notice-expiry-qualification = Chứng chỉ "{ $item }" của bạn có hiệu lực đến { $day }. Khi gia hạn xong, hãy xin thay đổi nội dung đăng ký.

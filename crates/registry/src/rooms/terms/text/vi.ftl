notice-card-ends = Thẻ của bạn hết hạn ngày { $day }. Hãy gia hạn trong mục đơn đăng ký.
notice-card-ends-subject = [Ashiba] Thẻ của bạn hết hạn ngày { $day }
notice-card-ends-mail = { $name }

    Thẻ kỹ năng viên của bạn hết hạn ngày { $day }.

    Hãy đăng nhập và xin gia hạn thẻ trong mục đơn đăng ký. Bạn dùng được thẻ hiện tại cho đến khi nhận thẻ mới.
notice-card-ended = Thẻ của bạn đã hết hạn ngày { $day }. Hãy gia hạn trong mục đơn đăng ký.
notice-card-ended-subject = [Ashiba] Thẻ của bạn đã hết hạn
notice-card-ended-mail = { $name }

    Thẻ kỹ năng viên của bạn đã hết hạn ngày { $day }.

    Hãy đăng nhập và xin gia hạn thẻ trong mục đơn đăng ký.

notice-tie-ended = { $company } đã kết thúc việc bạn thuộc công ty, ngày cuối là { $day }. Nếu bạn không rõ lý do, hãy liên hệ công ty.
notice-tie-end-taken-back = { $company } đã hủy việc kết thúc. Bạn vẫn thuộc công ty.

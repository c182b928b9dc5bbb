sign-in-title = Masuk
sign-in-heading = Masuk
sign-in-lead = Hari kerja adalah milik orang yang bekerja. Di sini semua pihak dapat melihatnya.
sign-in-id = ID masuk
sign-in-id-hint = ID pekerja (14 angka)
sign-in-password = Kata sandi
sign-in-button = Masuk
sign-in-wrong = ID atau kata sandi salah. Jika salah beberapa kali berturut-turut, Anda tidak dapat masuk selama { $minutes } menit.

sign-in-title = Masuk
sign-in-heading = Masuk
sign-in-lead = Hari kerja adalah milik orang yang bekerja. Di sini semua pihak dapat melihatnya.
sign-in-id = ID masuk
sign-in-id-hint = ID pekerja (14 angka)
sign-in-password = Kata sandi
sign-in-button = Masuk
sign-in-wrong = ID atau kata sandi salah. Jika salah beberapa kali berturut-turut, Anda tidak dapat masuk selama { $minutes } menit.
menu-account = Akun
account-title = Akun
account-name = Nama
account-sign-in-id = ID masuk
account-role = Jenis
account-company = Perusahaan
account-email = Alamat e-mail
account-no-email = tidak terdaftar
role-applicant = Pendaftar
role-worker = Pekerja
password-title = Ganti kata sandi
password-first-title = Ganti kata sandi awal
password-first-lead = Ini kali pertama Anda masuk. Ganti kata sandi awal agar halaman lain dapat dibuka.
password-initial = Kata sandi awal
password-old = Kata sandi sekarang
password-new = Kata sandi baru
password-again = Kata sandi baru (sekali lagi)
password-code = Kode keamanan
password-code-hint = 4 angka, tercetak di belakang kartu.
password-hint = Minimal { $least } karakter. Kalimat panjang yang mudah diingat itu aman.
password-then = Setelah diganti, semua perangkat keluar. Masuklah lagi dengan kata sandi baru.
password-change = Ganti
password-changed = Kata sandi sudah diganti. Masuklah dengan yang baru.
password-short = Gunakan minimal { $least } karakter.
password-long = Terlalu panjang: paling banyak 200 byte.
password-is-id = ID masuk tidak boleh menjadi kata sandi.
password-common = Kata sandi ini mudah ditebak. Pilih yang lain.
password-differs = Kedua isian tidak sama.
password-same = Itu kata sandi sekarang. Pilih yang lain.
password-old-wrong = Kata sandi sekarang salah.
proof-rests = Terlalu sering salah; tidak diterima sampai { $until }.
code-wrong = Kode keamanan salah.
code-rests = Terlalu sering salah; kode keamanan tidak diterima sampai { $until }.
code-blocked = Kode keamanan diblokir karena terlalu sering salah. Mintalah pengelola membukanya.
mail-issued-id-subject = [Ashiba] ID masuk dan kata sandi awal
mail-issued-id =
    { $name }

    Anda sudah terdaftar. Ini ID masuk dan kata sandi awal Anda.

    ID masuk: { $id }
    Kata sandi awal: { $password }
    Halaman masuk: { $address }

    Saat pertama masuk Anda harus mengganti kata sandi.
    Kode keamanan yang diperlukan dikirim dalam e-mail lain.
mail-issued-code-subject = [Ashiba] Kode keamanan
mail-issued-code =
    { $name }

    Kode keamanan: { $code }

    Kode ini diperlukan setiap kali kata sandi diganti. Jangan beri tahu siapa pun.
    ID masuk dan kata sandi awal dikirim dalam e-mail lain.
mail-password-changed-subject = [Ashiba] Kata sandi sudah diganti
mail-password-changed =
    { $name }

    Kata sandi Anda sudah diganti dan semua perangkat keluar.
    Jika bukan Anda yang melakukannya, segera beri tahu pengelola.
sign-in-forgotten = Lupa kata sandi
sign-in-sign-up = Pendaftaran pertama (minta ID pendaftaran)
forgotten-title = Atur ulang kata sandi
forgotten-lead = Isi ID masuk dan alamat e-mail yang terdaftar. Sebuah tautan akan dikirim, berlaku { $minutes } menit.
forgotten-email-hint = Alamat yang terdaftar
forgotten-button = Kirim tautan
forgotten-done = Jika sesuai dengan yang terdaftar, tautan sudah dikirim lewat e-mail. Bukalah dalam { $minutes } menit.
forgotten-no-mail = E-mail tidak sampai? Periksa folder spam dan isian Anda.
forgotten-no-email = Jika e-mail belum terdaftar, mintalah surat baru kepada pengelola.
too-many-mails = Terlalu banyak permintaan e-mail; untuk sementara tidak diterima.
too-many-mails-advice = Coba lagi kira-kira satu jam kemudian.
link-gone = Tautan ini tidak berlaku: waktunya habis atau sudah dipakai.
link-gone-advice = Mulailah lagi dari awal.
reset-title = Kata sandi baru
sign-up-title = Minta ID pendaftaran
sign-up-lead = ID sementara untuk mengajukan pendaftaran perusahaan atau pekerja. Sebuah tautan dikirim ke e-mail Anda.
sign-up-button = Kirim e-mail
sign-up-registered = Sudah punya ID? Masuklah dengan ID itu.
sign-up-done = E-mail sudah dikirim ke { $email }. Buka tautannya dalam { $minutes } menit.
sign-up-no-mail = E-mail tidak sampai? Periksa folder spam.
sign-up-name = Nama
sign-up-name-hint = Nama orang atau perusahaan yang mengajukan
sign-up-make = Minta ID
sign-up-made = ID pendaftaran Anda
sign-up-made-note = Masuklah dengan ID ini dan kata sandi yang baru dipilih. ID juga dikirim lewat e-mail.
email-wrong = Bentuk alamat e-mail salah.
sessions-title = Perangkat yang masuk
sessions-lead = Jika ada perangkat yang tidak dikenal, keluarkan lalu ganti kata sandi.
session-device = Perangkat
session-address = Dari
session-since = Masuk
session-last-seen = Terakhir dipakai
session-this = perangkat ini
session-unknown = Perangkat tidak dikenal
session-end = Keluarkan
session-ended = Perangkat sudah dikeluarkan.
sessions-end-others = Keluarkan semua perangkat lain
sessions-ended = { $count } perangkat lain sudah dikeluarkan.
mail-reset-subject = [Ashiba] Atur ulang kata sandi
mail-reset =
    { $name }

    Atur kata sandi baru lewat tautan ini (berlaku { $minutes } menit, sekali pakai).

    { $link }

    Jika bukan Anda, abaikan e-mail ini. Kata sandi tidak berubah.
mail-sign-up-subject = [Ashiba] Minta ID pendaftaran
mail-sign-up =
    Buka tautan ini untuk melanjutkan (berlaku { $minutes } menit, sekali pakai).

    { $link }

    Jika bukan Anda, abaikan e-mail ini.
mail-applicant-subject = [Ashiba] ID pendaftaran Anda
mail-applicant =
    { $name }

    ID pendaftaran: { $id }

    Masuklah dengan ID ini dan kata sandi pilihan Anda, lalu lanjutkan pendaftaran.
passkey-sign-in = Masuk dengan passkey
passkey-sign-in-title = Masuk dengan passkey
passkey-sign-in-lead = Ikuti petunjuk perangkat Anda dan pastikan dengan sidik jari, wajah, atau PIN. ID tidak perlu diketik.
passkey-with-password = Masuk dengan ID dan kata sandi
passkey-script = Untuk memakai passkey, aktifkan JavaScript di peramban.
passkey-not-answered = Tidak dapat dipastikan: dibatalkan, atau perangkat ini tidak dapat memakai passkey itu. Coba lagi.
passkey-failed = Passkey tidak dapat dipastikan. Mulailah lagi dari awal.
sign-in-too-late = Waktunya habis. Silakan masuk lagi.

# The frame
app-name = Ashiba
skip-to-content = Lompat ke isi
menu = Menu
language = Bahasa
breadcrumbs = Posisi Anda
sign-out = Keluar
signed-in-as = Masuk sebagai
waiting-count = { $count } menunggu
footer-note = Registri sumber terbuka riwayat kerja pekerja konstruksi
printed-from = 足場 Ashiba
# Forms
form-errors = Mohon periksa { $count } isian
form-fault = { $label }: { $sentence }
form-required = wajib
form-optional = opsional
field-file-needed = Silakan pilih berkas.
form-choose = Silakan pilih
button-save = Simpan
button-cancel = Batal
button-back = Kembali
button-search = Cari
button-next = Lanjut
# Lists
page-previous = Sebelumnya
page-next = Berikutnya
page-of = Halaman { $page } dari { $pages }
pagination = Halaman
# Months
month-choose = Pilih bulan
month-previous = Sebelumnya
month-next = Berikutnya
# Errors
error-title-not-found = Halaman tidak ditemukan
error-title-forbidden = Tidak diizinkan
error-title-broken = Proses tidak selesai
error-title-refused = Tidak dapat diterima
error-not-found = Halaman ini tidak ada, atau Anda tidak berhak melihatnya.
error-not-found-advice = Periksa alamatnya, atau mulai dari halaman utama.
error-forbidden = Anda tidak berhak melakukan ini.
error-forbidden-advice = Bila perlu, tanyakan kepada penanggung jawab perusahaan Anda.
error-csrf = Halaman terlalu lama terbuka, atau formulir dikirim dari halaman lain, sehingga tidak diterima. Tidak ada yang berubah.
error-csrf-advice = Kembali, muat ulang halaman, lalu kirim lagi.
error-sign-in = Silakan masuk.
error-too-large = Data yang dikirim terlalu besar.
error-too-large-advice = Bagi berkas atau barisnya, lalu coba lagi.
error-files-too-large = Paling banyak { $megabytes } MB dapat dikirim sekaligus.
error-files-too-large-advice = Kirim lebih sedikit berkas atau kecilkan ukuran foto, lalu coba lagi.
error-form = Isi formulir tidak dapat dibaca.
error-form-advice = Kembali dan coba lagi.
error-method = Halaman ini tidak melayani tindakan itu.
error-timeout = Proses memakan waktu terlalu lama.
error-timeout-advice = Silakan coba lagi nanti.
error-broken = Karena gangguan sistem, proses tidak dapat diselesaikan.
error-broken-advice = Silakan coba lagi nanti. Bila terjadi lagi, beri tahu kami nomor di bawah ini.
error-csv-character = Baris { $row }: karakter “{ $character }” tidak dapat ditulis dalam Shift_JIS (CP932). Silakan pilih UTF-8.
error-reference = Nomor rujukan
error-home = Ke halaman utama

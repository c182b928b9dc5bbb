site-id = ID proyek
site-period = Masa pencatatan
sites-state = Keadaan
site-state-planned = Persiapan
site-state-open = Berjalan
site-state-suspended = Dihentikan sementara
site-state-ended = Selesai
own-sites-title = Proyek saya
own-sites-none = Nama Anda belum ada di daftar proyek mana pun.
site-suspended-from-to = Proyek dihentikan sementara dari { $from } sampai { $to }.
site-suspended-from = Proyek dihentikan sementara mulai { $from }. Belum diketahui kapan dimulai lagi.
site-g-site = Proyek
site-g-contract = Kontrak
site-g-works = Pekerjaan
site-f-name = Nama proyek
site-f-name-kana = Nama proyek (kana)
site-f-from = Hari pertama
site-f-to = Hari terakhir
site-f-boundary = Awal hari kerja
site-f-postal = Kode pos
site-f-prefecture = Prefektur
site-f-city = Kota
site-f-street = Alamat
site-f-building = Gedung
site-f-office = Kantor proyek
site-f-phone = Telepon
site-f-contact = Penanggung jawab
site-f-hazardous = Bahan berbahaya
site-f-place = Lokasi di peta
site-f-radius = Radius (m)
option-hour = { $hour ->
    [0] pukul 0
   *[other] pukul { $hour }
}

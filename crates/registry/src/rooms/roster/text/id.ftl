notice-expiry-residence = Izin tinggal Anda yang terdaftar berakhir pada { $day }. Setelah diperpanjang, ajukan perubahan data pendaftaran.
notice-expiry-qualification = Kualifikasi "{ $item }" Anda berlaku sampai { $day }. Setelah diperpanjang, ajukan perubahan data pendaftaran.

notice-card-ends = Kartu Anda berakhir pada { $day }. Perbarui di menu permohonan.
notice-card-ends-subject = [Ashiba] Kartu Anda berakhir pada { $day }
notice-card-ends-mail = { $name }

    Kartu pekerja Anda berakhir pada { $day }.

    Masuk dan ajukan pembaruan kartu di menu permohonan. Kartu sekarang dapat dipakai sampai kartu baru tiba.
notice-card-ended = Kartu Anda sudah berakhir pada { $day }. Perbarui di menu permohonan.
notice-card-ended-subject = [Ashiba] Kartu Anda sudah berakhir
notice-card-ended-mail = { $name }

    Kartu pekerja Anda berakhir pada { $day }.

    Masuk dan ajukan pembaruan kartu di menu permohonan.

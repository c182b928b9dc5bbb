morning-title = Pemberitahuan pagi
morning-lead = Jika ada hari kerja Anda yang belum dihitung, Anda diberi tahu alasannya setiap pagi setelah pukul { $hour }. Jika semua dihitung, tidak ada pemberitahuan.
morning-is-wished = Diterima
morning-is-not-wished = Tidak diterima
morning-start = Beri tahu saya
morning-stop = Berhenti
morning-wished = Anda akan menerima pemberitahuan pagi.
morning-not-wished = Pemberitahuan pagi dihentikan.
morning-entry-missing = { $entry-missing ->
    [none] {""}
   *[some] {" · "}tidak ada catatan masuk: { $entry-missing } (dapat diperbaiki oleh kontraktor utama)
}
morning-employer-not-linked = { $employer-not-linked ->
    [none] {""}
   *[some] {" · "}tidak terikat pada perusahaan mana pun: { $employer-not-linked } (dapat diperbaiki oleh Anda)
}
morning-company-not-in-organisation = { $company-not-in-organisation ->
    [none] {""}
   *[some] {" · "}perusahaan tidak ada dalam organisasi proyek: { $company-not-in-organisation } (dapat diperbaiki oleh kontraktor utama)
}
morning-company-not-approved = { $company-not-approved ->
    [none] {""}
   *[some] {" · "}perusahaan belum menyetujui undangan: { $company-not-approved } (dapat diperbaiki oleh perusahaan itu)
}
morning-upper-not-approved = { $upper-not-approved ->
    [none] {""}
   *[some] {" · "}perusahaan di atasnya belum menyetujui: { $upper-not-approved } (dapat diperbaiki oleh perusahaan di atasnya)
}
morning-not-on-roster = { $not-on-roster ->
    [none] {""}
   *[some] {" · "}tidak ada dalam daftar pekerja: { $not-on-roster } (dapat diperbaiki oleh perusahaan Anda)
}
morning-not-tied-to-roster-company = { $not-tied-to-roster-company ->
    [none] {""}
   *[some] {" · "}tidak terikat pada perusahaan dalam daftar: { $not-tied-to-roster-company } (dapat diperbaiki oleh perusahaan dalam daftar)
}
morning-trade-missing = { $trade-missing ->
    [none] {""}
   *[some] {" · "}daftar tidak memuat jenis pekerjaan: { $trade-missing } (dapat diperbaiki oleh perusahaan dalam daftar)
}
morning-trade-not-held = { $trade-not-held ->
    [none] {""}
   *[some] {" · "}jenis pekerjaan dalam daftar belum Anda daftarkan: { $trade-not-held } (dapat diperbaiki oleh perusahaan dalam daftar)
}
morning-reasons = { morning-entry-missing }{ morning-employer-not-linked }{ morning-company-not-in-organisation }{ morning-company-not-approved }{ morning-upper-not-approved }{ morning-not-on-roster }{ morning-not-tied-to-roster-company }{ morning-trade-missing }{ morning-trade-not-held }
notice-morning-own = Dari hari kerja Anda yang tercatat sejak kemarin pagi, { $days } hari belum dihitung.{ morning-reasons }
